import type { Knex } from "knex";
import { type Database, isPostgres } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { storedSender } from "../platform/network.ts";
import { timestamp } from "../platform/time.ts";
import { ValidationError } from "../roles/errors.ts";
import type { OrganizationId } from "../roles/people.ts";
import { words } from "../words/words.ts";
import type { Action } from "./actions.ts";
import type { Entry, Report } from "./audited-change.ts";

// Writes history, and reads what changes need; list-queries.ts reads it for pages.

const subjectOf = prepared<{ id: number }, { version: number; erasedAt: string | null }>((db, $) =>
  db("users").where({ id: $.id }).select({ version: "version", erasedAt: "erased_at" }),
);
const activityColumns = [
  "at",
  "organization_id",
  "actor_kind",
  "actor_id",
  "key_id",
  "subject_id",
  "subject_version",
  "action",
  "changes",
  "address",
  "browser",
  "command",
  "group_id",
  "undoes",
] as const;
const writeActivity = prepared<Record<(typeof activityColumns)[number], string | number | null>, { id: number }>(
  (db, $) =>
    db("activity")
      .insert(Object.fromEntries(activityColumns.map((column) => [column, $[column]])))
      .returning("id"),
);

const lockedOrganization = prepared<{ id: number }, { id: number }>((db, $) =>
  db("organizations").where({ id: $.id }).forNoKeyUpdate().select("id"),
);

/**
 * Waits until no other transaction changes the organization: rules that count several rows (the last active Admin)
 * cannot be kept by locking one row. SQLite has one writer anyway. The lock does not block new rows of others.
 */
export async function lockOrganization(trx: Knex.Transaction, id: OrganizationId): Promise<void> {
  if (isPostgres(trx)) await lockedOrganization.all(trx, { id });
}

/**
 * @param at when it happened, if not now
 * @returns the row's ID
 * @throws ValidationError if people change anything of an erased user, in whatever way
 */
export async function insertActivity(
  trx: Knex.Transaction,
  entry: Entry & Report,
  at: string = timestamp(),
): Promise<number> {
  const { actor, organizationId, subjectId, action, changes = {}, undoes } = entry;
  const subject = subjectId ? await subjectOf.first(trx, { id: subjectId }) : undefined;
  const isByPeople = actor.kind === "user" || actor.kind === "operator";
  if (subject && subject.erasedAt !== null && isByPeople && action !== "user.erased")
    throw new ValidationError({ form: words().users.erased });
  const person = actor.kind === "user" || actor.kind === "visitor" ? actor : undefined;
  const row = await writeActivity.first(trx, {
    at,
    organization_id: organizationId,
    actor_kind: actor.kind,
    actor_id: actor.kind === "user" ? actor.id : null,
    key_id: actor.kind === "user" ? (actor.keyId ?? null) : null,
    subject_id: subjectId ?? null,
    subject_version: subject?.version ?? null,
    action,
    changes: JSON.stringify(changes),
    ...storedSender(person),
    command: actor.kind === "operator" ? (actor.command?.slice(0, 50) ?? null) : null,
    group_id: actor.kind === "user" ? (actor.groupId ?? 0) : 0,
    undoes: undoes ?? null,
  });
  return row?.id ?? 0;
}

/** Whether someone other than `actorId` did one of these things to the user after that version of the user. */
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

/** Whether history has this about this person since then. */
export async function wasRecordedSince(
  db: Database,
  { actor, organizationId, subjectId, action, changes = {} }: Entry & Report,
  since: string,
): Promise<boolean> {
  const row = await db("activity")
    .where({ organization_id: organizationId, action, changes: JSON.stringify(changes) })
    .where({ actor_id: actor.kind === "user" ? actor.id : null, subject_id: subjectId ?? null })
    .where("at", ">=", since)
    .first("id");
  return row !== undefined;
}
