import { setImmediate } from "node:timers/promises";
import type { Knex } from "knex";
import { countLiveKeys } from "../api-keys/queries.ts";
import { chunks } from "../database/batches.ts";
import type { Database } from "../database/database.ts";
import { deleteExpiredJobs, type Job, type JobTables, jobExpiry, jobReader } from "../jobs/queries.ts";
import { timestamp } from "../platform/time.ts";
import { countSessions } from "../sessions/queries.ts";
import type { GroupAct } from "../users/group-acts.ts";
import type { PlannedLine } from "./rules.ts";

export const groupTables: JobTables = { jobs: "group_actions", lines: "group_action_lines", key: "group_action_id" };

const linesInOneInsert = 500;
/** How many group actions of an Admin wait for their button, each in its tab. */
const maxWaiting = 5;

/** preparing: lines are still being written. Once it is running, what was ordered is done to its end. */
export type GroupAction = Job & {
  act: GroupAct;
  state: "preparing" | "checked" | "running" | "done";
  needsProof: boolean;
  planned: number;
  activityId: number | null;
  /** The row of history of the group action that it undoes. */
  undoes: number | null;
};

const columns = {
  ...{ act: "act", needsProof: "needs_proof", planned: "planned" },
  ...{ activityId: "activity_id", undoes: "undoes" },
};

export const { findOwn: findGroup, find: findAnyGroup } = jobReader<GroupAction>(groupTables, {
  columns,
  flags: ["needsProof"],
});

type NewGroup = Pick<GroupAction, "organizationId" | "userId" | "act" | "needsProof" | "undoes"> & {
  lines: PlannedLine[];
};

/** In place of old ones. Written some lines at a time; it is seen when all are there. @returns its ID */
export async function insertGroup(db: Database, { lines, ...group }: NewGroup): Promise<number> {
  await expireOldGroups(db, group.userId);
  await deleteExpiredJobs(db, groupTables);
  const [{ id }] = await db("group_actions")
    .insert({
      organization_id: group.organizationId,
      user_id: group.userId,
      ...{ act: group.act, state: "preparing", needs_proof: group.needsProof, undoes: group.undoes },
      planned: lines.filter(({ reason }) => !reason).length,
      expires_at: jobExpiry(),
    })
    .returning("id");
  for (const batch of chunks(lines, linesInOneInsert)) {
    const rows = batch.map(({ userId, version, reason = null, undoes = null }) => ({
      ...{ group_action_id: id, user_id: userId, version, undoes },
      ...{ outcome: reason && "left-out", reason },
    }));
    await db("group_action_lines").insert(rows);
    await setImmediate();
  }
  await db("group_actions").where({ id }).update({ state: "checked" });
  return id;
}

/** The Admin's oldest that were not begun, if there are many: nobody can begin them any more. */
async function expireOldGroups(db: Database, userId: number): Promise<void> {
  const waiting = await db("group_actions")
    .where({ user_id: userId })
    .whereIn("state", ["preparing", "checked"])
    .orderBy("id", "desc")
    .offset(maxWaiting - 1)
    .limit(100)
    .pluck("id");
  await db("group_actions").whereIn("id", waiting).whereNot({ state: "running" }).update({ expires_at: timestamp() });
}

export async function saveActivityId(trx: Knex.Transaction, id: number, activityId: number): Promise<void> {
  await trx("group_actions").where({ id }).update({ activity_id: activityId });
}

/** How many open sessions and live keys those have who are still to be changed. */
export async function countWhatEnds(db: Database, id: number): Promise<{ sessions: number; keys: number }> {
  const userIds = db("group_action_lines").where({ group_action_id: id, outcome: null }).select("user_id");
  return { sessions: await countSessions(db, userIds), keys: await countLiveKeys(db, userIds.clone()) };
}
