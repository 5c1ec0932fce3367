import type { Knex } from "knex";
import type { Action } from "../audit/actions.ts";
import type { Actor, Changes } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";

/** One row of history, with the current names of the people in it. */
export type Activity = {
  id: number;
  at: string;
  action: Action;
  actorKind: Actor["kind"];
  actor: { id: number; name: string } | undefined;
  /** The API key that was used. */
  key: { id: number; name: string } | undefined;
  /** The operator's command that was used. */
  command: string | null;
  subject: { id: number; name: string } | undefined;
  changes: Changes;
  /** The row of the group action that this one is a part of; 0 for none. */
  groupId: number;
  address: string | null;
  browser: string | null;
  /** When the change was made that this one takes back. */
  undoneAt: string | null;
};

export type ActivityRecord = Omit<Activity, "actor" | "key" | "subject" | "changes"> & {
  changes: string;
  actorId: number | null;
  actorFirst: string;
  actorLast: string;
  keyId: number | null;
  keyName: string;
  subjectId: number | null;
  subjectFirst: string;
  subjectLast: string;
};

/** With the names of the people in them. */
export function named(db: Database, rows: string | Knex.QueryBuilder): Knex.QueryBuilder {
  return db
    .from(rows)
    .leftJoin("users as actor", "actor.id", "a.actor_id")
    .leftJoin("api_keys as key", "key.id", "a.key_id")
    .leftJoin("users as subject", "subject.id", "a.subject_id")
    .leftJoin("activity as undone", "undone.id", "a.undoes")
    .select(columns);
}

const columns = {
  id: "a.id",
  at: "a.at",
  action: "a.action",
  actorKind: "a.actor_kind",
  changes: "a.changes",
  command: "a.command",
  groupId: "a.group_id",
  address: "a.address",
  browser: "a.browser",
  undoneAt: "undone.at",
  actorId: "actor.id",
  actorFirst: "actor.first_name",
  actorLast: "actor.last_name",
  keyId: "key.id",
  keyName: "key.name",
  subjectId: "subject.id",
  subjectFirst: "subject.first_name",
  subjectLast: "subject.last_name",
};

export function toActivity(row: ActivityRecord): Activity {
  const { id, at, action, actorKind, command, groupId, address, browser, undoneAt } = row;
  return {
    ...{ id, at, action, actorKind, command, groupId, address, browser, undoneAt },
    actor: row.actorId ? { id: row.actorId, name: `${row.actorFirst} ${row.actorLast}` } : undefined,
    key: row.keyId ? { id: row.keyId, name: row.keyName } : undefined,
    subject: row.subjectId ? { id: row.subjectId, name: `${row.subjectFirst} ${row.subjectLast}` } : undefined,
    changes: JSON.parse(row.changes),
  };
}
