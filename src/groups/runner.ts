import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { createJobRunner, type JobRunner } from "../jobs/runner.ts";
import { applyToUser } from "./apply.ts";
import { leaveOutRemaining, listRemaining, updateOutcome } from "./line-queries.ts";
import { findAnyGroup, groupTables } from "./queries.ts";

/** Does group actions in the background. */
export function createGroupRunner(deps: Pick<Deps, "mailer" | "config" | "logger"> & { db: Database }): JobRunner {
  return createJobRunner(deps, {
    tables: groupTables,
    find: findAnyGroup,
    listRemaining,
    doLine: async (trx, { job, line, actor }) => {
      const by = { ...actor, ...(job.activityId !== null && { groupId: job.activityId }) };
      await updateOutcome(trx, line.id, await applyToUser(trx, deps, { actor: by, ...job, line }));
    },
    failRemaining: leaveOutRemaining,
  });
}
