import type { Knex } from "knex";
import type { Database } from "../database.ts";
import type { OrganizationId } from "../organization/queries.ts";
import { stamp } from "../time.ts";
import type { Action } from "./actions.ts";
import type { Actor, Changes, Entry, Report } from "./audited-change.ts";

/** One row of history, with the names of those it speaks of as they are now. */
export type Activity = {
  id: number;
  at: string;
  action: Action;
  actorKind: Actor["kind"];
  actor: { id: number; name: string } | undefined;
  /** The API key that it came by. */
  key: { id: number; name: string } | undefined;
  subject: { id: number; name: string } | undefined;
  changes: Changes;
};

export async function insertActivity(trx: Knex.Transaction, entry: Entry & Report): Promise<void> {
  const { actor, organizationId, subjectId, action, changes = {} } = entry;
  const subject = subjectId ? await trx("users").where({ id: subjectId }).first("version") : undefined;
  const person = actor.kind === "user" || actor.kind === "visitor" ? actor : undefined;
  await trx("activity").insert({
    at: stamp(),
    organization_id: organizationId,
    actor_kind: actor.kind,
    actor_id: actor.kind === "user" ? actor.id : null,
    key_id: actor.kind === "user" ? (actor.keyId ?? null) : null,
    subject_id: subjectId ?? null,
    subject_version: subject?.version ?? null,
    action,
    changes: JSON.stringify(changes),
    address: person?.address?.slice(0, 64) ?? null,
    browser: person?.browser?.slice(0, 300) ?? null,
  });
}

export type ActivityFilter = { subjectId?: number | undefined; before?: number | undefined; limit: number };

type ActivityRecord = Pick<Activity, "id" | "at" | "action" | "actorKind"> & {
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

/** Newest first; `before` is the id that the next page goes on from. */
export async function listActivity(
  db: Database,
  organizationId: OrganizationId,
  filter: ActivityFilter,
): Promise<Activity[]> {
  const rows = await db("activity as a")
    .leftJoin("users as actor", "actor.id", "a.actor_id")
    .leftJoin("api_keys as key", "key.id", "a.key_id")
    .leftJoin("users as subject", "subject.id", "a.subject_id")
    .where("a.organization_id", organizationId)
    .modify((query) => {
      if (filter.subjectId !== undefined) query.where("a.subject_id", filter.subjectId);
      if (filter.before !== undefined) query.where("a.id", "<", filter.before);
    })
    .orderBy("a.id", "desc")
    .limit(filter.limit)
    .select({
      id: "a.id",
      at: "a.at",
      action: "a.action",
      actorKind: "a.actor_kind",
      changes: "a.changes",
      actorId: "actor.id",
      actorFirst: "actor.first_name",
      actorLast: "actor.last_name",
      keyId: "key.id",
      keyName: "key.name",
      subjectId: "subject.id",
      subjectFirst: "subject.first_name",
      subjectLast: "subject.last_name",
    });
  return rows.map((row: ActivityRecord) => ({
    id: row.id,
    at: row.at,
    action: row.action,
    actorKind: row.actorKind,
    actor: row.actorId ? { id: row.actorId, name: `${row.actorFirst} ${row.actorLast}` } : undefined,
    key: row.keyId ? { id: row.keyId, name: row.keyName } : undefined,
    subject: row.subjectId ? { id: row.subjectId, name: `${row.subjectFirst} ${row.subjectLast}` } : undefined,
    changes: JSON.parse(row.changes),
  }));
}

/** Whether somebody other than `actorId` did one of these things to the user after that version of the user. */
export async function wasChangedByOthers(
  trx: Knex.Transaction,
  {
    subjectId,
    actorId,
    actions,
    since,
  }: { subjectId: number; actorId: number; actions: readonly Action[]; since: number },
): Promise<boolean> {
  const row = await trx("activity")
    .where({ subject_id: subjectId })
    .where("subject_version", ">", since)
    .whereIn("action", actions)
    .where((query) => query.whereNull("actor_id").orWhereNot("actor_id", actorId))
    .first("id");
  return row !== undefined;
}
