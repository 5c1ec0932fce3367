import { keepHistory } from "../audit/keep-queries.ts";
import { isPostgres } from "../database/database.ts";
import { unlessOtherCleans } from "../database/postgres.ts";
import type { Deps } from "../deps.ts";
import { deleteOldMails } from "../outbox/queries.ts";
import { stampIn } from "../platform/time.ts";
import { removeEndedSessions } from "../sessions/store.ts";
import { deleteOldTries } from "../throttling/queries.ts";
import { deleteOldSubmissions } from "../web/submission-queries.ts";

const mailsKept = 30 * 86_400_000;
const responsesKept = 60_000;

/** What grows old is removed, by one process at a time. A failure is logged, and the next time makes up for it. */
export async function clean({ db, config, logger }: Pick<Deps, "db" | "config" | "logger">): Promise<void> {
  const work = async (): Promise<void> => {
    await removeEndedSessions(db, { idle: config.sessionIdle, longest: config.sessionMax });
    await deleteOldTries(db);
    await deleteOldSubmissions(db, stampIn(-responsesKept));
    await deleteOldMails(db, stampIn(-mailsKept));
    await keepHistory(db, config.activityKeep);
  };
  await (isPostgres(db) ? unlessOtherCleans(db, work) : work()).catch((error) =>
    logger.error({ err: error }, "cleaning up failed"),
  );
}
