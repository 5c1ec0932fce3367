import type { Logger } from "pino";
import { type Erasing, recordErasures, repeatErasures } from "./erase-user.ts";
import { readErasedList } from "./erased-list.ts";

/**
 * Brings the data and the list of erased users outside of it to the same state: users on the list who came back with an
 * older copy are erased again, and those that another process erased, or this one before it was killed, get on the list.
 * @throws ConfigError if the list is damaged
 */
export async function keepErased({ logger, ...erasing }: Erasing & { logger: Logger }): Promise<void> {
  const listed = readErasedList(erasing.config.dataDir);
  const again = await repeatErasures(erasing, { listed, actor: { kind: "system" } });
  if (again > 0) logger.warn(`${again} erased users were in this data again, and were erased again`);
  if (!(await recordErasures(erasing))) logger.warn("an erasure is not complete yet: a command reads the data file");
}
