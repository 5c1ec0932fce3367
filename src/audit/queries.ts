import type { Knex } from "knex";
import type { Database } from "../database.ts";
import type { OrganizationId } from "../organization/queries.ts";
import { stamp } from "../time.ts";
import { selectMatchingIds } from "../users/list-queries.ts";
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
  /** The operator's command that it came by. */
  command: string | null;
  subject: { id: number; name: string } | undefined;
  changes: Changes;
  address: string | null;
  browser: string | null;
};

/** @param at when it was, where that is not now */
export async function insertActivity(
  trx: Knex.Transaction,
  entry: Entry & Report,
  at: string = stamp(),
): Promise<void> {
  const { actor, organizationId, subjectId, action, changes = {} } = entry;
  const subject = subjectId ? await trx("users").where({ id: subjectId }).first("version") : undefined;
  const person = actor.kind === "user" || actor.kind === "visitor" ? actor : undefined;
  await trx("activity").insert({
    at,
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
    command: actor.kind === "operator" ? (actor.command?.slice(0, 50) ?? null) : null,
  });
}

/** What is wanted of history; people by id, or all whom a search finds. */
export type ActivityFilter = {
  actorId?: number | undefined;
  actorSearch?: string | undefined;
  subjectId?: number | undefined;
  subjectSearch?: string | undefined;
  action?: Action | undefined;
  /** Moments as they are stored: at or after `from`, before `to`. */
  from?: string | undefined;
  to?: string | undefined;
};

/** Older than the row `before`, or newer than the row `after`: right while rows are added. */
export type ActivityPlace = { before?: number | undefined; after?: number | undefined; limit: number };

type ActivityRecord = Pick<Activity, "id" | "at" | "action" | "actorKind" | "command" | "address" | "browser"> & {
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

/** Newest first: the newest of all, those next older than `before`, or those next newer than `after`. */
export async function listActivity(
  db: Database,
  organizationId: OrganizationId,
  filter: ActivityFilter & ActivityPlace,
): Promise<Activity[]> {
  const rows: ActivityRecord[] = await db("activity as a")
    .leftJoin("users as actor", "actor.id", "a.actor_id")
    .leftJoin("api_keys as key", "key.id", "a.key_id")
    .leftJoin("users as subject", "subject.id", "a.subject_id")
    .where("a.organization_id", organizationId)
    .modify(matching, db, organizationId, filter)
    .modify(within, filter)
    .modify((query) => {
      if (filter.before !== undefined) query.where("a.id", "<", filter.before);
      if (filter.after !== undefined) query.where("a.id", ">", filter.after);
    })
    .orderBy("a.id", filter.after === undefined ? "desc" : "asc")
    .limit(filter.limit)
    .select(columns);
  if (filter.after !== undefined) rows.reverse();
  return rows.map(toActivity);
}

const columns = {
  id: "a.id",
  at: "a.at",
  action: "a.action",
  actorKind: "a.actor_kind",
  changes: "a.changes",
  command: "a.command",
  address: "a.address",
  browser: "a.browser",
  actorId: "actor.id",
  actorFirst: "actor.first_name",
  actorLast: "actor.last_name",
  keyId: "key.id",
  keyName: "key.name",
  subjectId: "subject.id",
  subjectFirst: "subject.first_name",
  subjectLast: "subject.last_name",
};

function matching(
  query: Knex.QueryBuilder,
  db: Database,
  organizationId: OrganizationId,
  { actorId, actorSearch, subjectId, subjectSearch, action }: ActivityFilter,
): void {
  if (actorId !== undefined) query.where("a.actor_id", actorId);
  if (actorSearch !== undefined) query.whereIn("a.actor_id", selectMatchingIds(db, organizationId, actorSearch));
  if (subjectId !== undefined) query.where("a.subject_id", subjectId);
  if (subjectSearch !== undefined) query.whereIn("a.subject_id", selectMatchingIds(db, organizationId, subjectSearch));
  if (action !== undefined) query.where("a.action", action);
}

/**
 * The beginning of a span in the past is found by the index of `at`, whose rows are then sorted by id. All else goes by
 * id, past which that index is hidden by `|| ''`: every page would sort the whole span again.
 */
function within(query: Knex.QueryBuilder, { from, to, before, after }: ActivityFilter & ActivityPlace): void {
  const at = to !== undefined && before === undefined && after === undefined ? "a.at" : "a.at || ''";
  if (from !== undefined) query.whereRaw(`${at} >= ?`, from);
  if (to !== undefined) query.whereRaw(`${at} < ?`, to);
}

function toActivity(row: ActivityRecord): Activity {
  const { id, at, action, actorKind, command, address, browser } = row;
  return {
    ...{ id, at, action, actorKind, command, address, browser },
    actor: row.actorId ? { id: row.actorId, name: `${row.actorFirst} ${row.actorLast}` } : undefined,
    key: row.keyId ? { id: row.keyId, name: row.keyName } : undefined,
    subject: row.subjectId ? { id: row.subjectId, name: `${row.subjectFirst} ${row.subjectLast}` } : undefined,
    changes: JSON.parse(row.changes),
  };
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

/** Whether history has this of this person since then. */
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
