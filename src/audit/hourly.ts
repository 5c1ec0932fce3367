import type { Database } from "../database/database.ts";
import { startOfHour } from "../platform/time.ts";
import { auditedChange, type Entry, type Report } from "./audited-change.ts";
import { wasRecordedSince } from "./queries.ts";

type Told = Entry & Pick<Report, "changes">;

/**
 * For what anybody can repeat at will: a row at most once an hour for the same person, action and fields, so that
 * nobody fills the disk. Looking first opens no writing transaction; looking again inside it makes it right.
 */
export async function recordHourly(db: Database, told: Told): Promise<void> {
  const since = startOfHour();
  if (await wasRecordedSince(db, told, since)) return;
  await auditedChange(db, told, async (trx) =>
    (await wasRecordedSince(trx, told, since)) ? undefined : { changes: told.changes ?? {} },
  );
}
