import type { Database } from "../database/database.ts";
import { startOfHour } from "../platform/time.ts";
import { auditedChange, type Entry, type Report } from "./audited-change.ts";
import { wasRecordedSince } from "./queries.ts";

type HourlyEntry = Entry & Pick<Report, "changes">;

/**
 * For events that anyone can repeat at will: at most one row an hour for the same person, action and fields, so that
 * nobody can fill the disk. The first check needs no write transaction; the second one, inside it, makes it correct.
 */
export async function recordHourly(db: Database, entry: HourlyEntry): Promise<void> {
  const since = startOfHour();
  if (await wasRecordedSince(db, entry, since)) return;
  await auditedChange(db, entry, async (trx) =>
    (await wasRecordedSince(trx, entry, since)) ? undefined : { changes: entry.changes ?? {} },
  );
}
