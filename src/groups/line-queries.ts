import type { Knex } from "knex";
import type { Changes } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import { prepared, preparedFor } from "../database/prepared.ts";
import type { OrganizationId } from "../roles/people.ts";
import type { Reason } from "./rules.ts";

export type Outcome = "done" | "left-out";
/** Someone of a group action; without an outcome while there is something to do. */
export type GroupLine = { id: number; userId: number; version: number; undoes: number | null };
export type LineOutcome = { outcome: Outcome; reason: Reason | null };

const remaining = preparedFor<{ limit: number }, { groupId: number }, GroupLine>((db, $, { limit }) =>
  db("group_action_lines")
    .where({ group_action_id: $.groupId })
    .whereNull("outcome")
    .orderBy("id")
    .limit(limit)
    .select({ id: "id", userId: "user_id", version: "version", undoes: "undoes" }),
);

/** Those that something is still to be done for. */
export const listRemaining = (trx: Knex.Transaction, groupId: number, limit: number): Promise<GroupLine[]> =>
  remaining({ limit }).all(trx, { groupId });

/** What each change of roles and statuses in a group action replaced, in the order in which it happened. */
export async function listGroupChanges(
  db: Database,
  { organizationId, groupId, limit }: { organizationId: OrganizationId; groupId: number; limit: number },
): Promise<{ id: number; userId: number; changes: string }[]> {
  return db("activity")
    .where({ organization_id: organizationId, group_id: groupId })
    .whereIn("action", ["role.updated", "status.updated"])
    .orderBy("id")
    .limit(limit)
    .select({ id: "id", userId: "subject_id", changes: "changes" });
}

const changesOf = prepared<{ id: number }, { changes: string }>((db, $) =>
  db("activity").where({ id: $.id }).select("changes"),
);

/** What a row of history changed. */
export async function findChanges(trx: Knex.Transaction, id: number): Promise<Changes> {
  return JSON.parse((await changesOf.first(trx, { id }))?.changes ?? "{}");
}

const writeOutcome = prepared<{ id: number; outcome: string; reason: string | null }>((db, $) =>
  db("group_action_lines").where({ id: $.id }).update({ outcome: $.outcome, reason: $.reason }),
);

export async function updateOutcome(trx: Knex.Transaction, id: number, outcome: LineOutcome): Promise<void> {
  await writeOutcome.run(trx, { id, ...outcome });
}

export async function leaveOutRemaining(trx: Knex.Transaction, groupId: number): Promise<void> {
  const reason: Reason = "stopped";
  await trx("group_action_lines")
    .where({ group_action_id: groupId, outcome: null })
    .update({ outcome: "left-out", reason });
}

/** How many there are of each outcome; null: still to do. */
export async function countOutcomes(db: Database, groupId: number): Promise<Map<Outcome | null, number>> {
  const rows: { outcome: Outcome | null; count: string | number }[] = await db("group_action_lines")
    .where({ group_action_id: groupId })
    .groupBy("outcome")
    .select("outcome")
    .count({ count: "*" });
  return new Map(rows.map(({ outcome, count }) => [outcome, Number(count)]));
}

export type NamedLine = { userId: number; firstName: string; lastName: string; email: string; reason: Reason | null };

/** Some of those with an outcome, with their present names, in the order in which they were selected. */
export async function listNamed(
  db: Database,
  groupId: number,
  { outcome, offset, limit }: { outcome: Outcome | null; offset: number; limit: number },
): Promise<NamedLine[]> {
  return db("group_action_lines as line")
    .join("users", "users.id", "line.user_id")
    .where({ "line.group_action_id": groupId, "line.outcome": outcome })
    .orderBy("line.id")
    .offset(offset)
    .limit(limit)
    .select({ userId: "users.id", firstName: "first_name", lastName: "last_name", email: "email", reason: "reason" });
}

/** Everyone whom it is about. */
export async function listUserIds(db: Database, groupId: number, limit: number): Promise<number[]> {
  return db("group_action_lines").where({ group_action_id: groupId }).orderBy("id").limit(limit).pluck("user_id");
}
