import { deleteOldHistory } from "../audit/retention-queries.ts";
import { isPostgres } from "../database/database.ts";
import { withMaintenanceLock } from "../database/postgres.ts";
import type { Deps } from "../deps.ts";
import { groupTables } from "../groups/queries.ts";
import { importTables } from "../imports/queries.ts";
import { deleteExpiredJobs } from "../jobs/queries.ts";
import { deleteExpiredRecords } from "../oidc/records.ts";
import { deleteOldDeliveries } from "../outbox/queries.ts";
import { keepErased } from "../personal-data/keep-erased.ts";
import { timestampIn } from "../platform/time.ts";
import { removeEndedSessions } from "../sessions/store.ts";
import { deleteOldAttempts } from "../throttling/queries.ts";
import { deleteOldSubmissions } from "../web/submission-queries.ts";

const mailRetentionMs = 30 * 86_400_000;
const responseRetentionMs = 60_000;

/** Removes old data, in one process at a time. A failure is logged, and the next run makes up for it. */
export async function runMaintenance({ db, config, logger }: Pick<Deps, "db" | "config" | "logger">): Promise<void> {
  const work = async (): Promise<void> => {
    await removeEndedSessions(db, { idle: config.sessionIdle, maxAge: config.sessionMax });
    await deleteExpiredRecords(db);
    await deleteOldAttempts(db);
    await deleteOldSubmissions(db, { before: timestampIn(-responseRetentionMs) });
    for (const tables of [importTables, groupTables]) await deleteExpiredJobs(db, tables);
    await deleteOldDeliveries(db, timestampIn(-mailRetentionMs));
    await deleteOldHistory(db, config.activityKeep);
  };
  const logged = (error: unknown): void => logger.error({ err: error }, "cleaning up failed");
  await (isPostgres(db) ? withMaintenanceLock(db, work) : work()).catch(logged);
  // Each process has its own list.
  await keepErased({ db, config, logger }).catch(logged);
}
