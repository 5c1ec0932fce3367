import type { Knex } from "knex";
import type { Database } from "../database.ts";
import type { OrganizationId } from "../organization/queries.ts";
import { preparedFor } from "../prepared.ts";
import { selectMatchingIds } from "../users/search-queries.ts";
import type { Action } from "./actions.ts";
import type { Actor, Changes } from "./audited-change.ts";

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
  const rows = await findRows(db, organizationId, filter);
  if (filter.after !== undefined) rows.reverse();
  return rows.map(toActivity);
}

async function findRows(
  db: Database,
  organizationId: OrganizationId,
  { limit, actorSearch, subjectSearch, ...given }: ActivityFilter & ActivityPlace,
): Promise<ActivityRecord[]> {
  const values: Values = { organizationId };
  for (const name of valueNames) if (given[name] !== undefined) values[name] = given[name];
  const isAskedOften = actorSearch === undefined && subjectSearch === undefined;
  if (isAskedOften) return rowsOf({ names: Object.keys(values), limit }).all(db, values);
  return selectRows(db, values)
    .limit(limit)
    .modify((query) => {
      if (actorSearch !== undefined) query.whereIn("a.actor_id", selectMatchingIds(db, organizationId, actorSearch));
      if (subjectSearch !== undefined)
        query.whereIn("a.subject_id", selectMatchingIds(db, organizationId, subjectSearch));
    });
}

const valueNames = ["actorId", "subjectId", "action", "from", "to", "before", "after"] as const;
type Values = Record<string, string | number>;

const rowsOf = preparedFor<{ names: string[]; limit: number }, Values, ActivityRecord>((db, $, { names, limit }) =>
  selectRows(db, Object.fromEntries(names.map((name) => [name, $[name] ?? ""]))).limit(limit),
);

/** The rows for which every value that is given holds. */
function selectRows(db: Database, given: Record<string, Knex.Value>): Knex.QueryBuilder {
  const { actorId, subjectId, action, before, after } = given;
  return db("activity as a")
    .leftJoin("users as actor", "actor.id", "a.actor_id")
    .leftJoin("api_keys as key", "key.id", "a.key_id")
    .leftJoin("users as subject", "subject.id", "a.subject_id")
    .where({ "a.organization_id": given.organizationId })
    .modify((query) => {
      if (actorId !== undefined) query.where({ "a.actor_id": actorId });
      if (subjectId !== undefined) query.where({ "a.subject_id": subjectId });
      if (action !== undefined) query.where({ "a.action": action });
      if (before !== undefined) query.where("a.id", "<", before);
      if (after !== undefined) query.where("a.id", ">", after);
    })
    .modify(within, given)
    .orderBy("a.id", after === undefined ? "desc" : "asc")
    .select(columns);
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

/**
 * The beginning of a span in the past is found by the index of `at`, whose rows are then sorted by id. All else goes by
 * id, past which that index is hidden by `|| ''`: every page would sort the whole span again.
 */
function within(query: Knex.QueryBuilder, { from, to, before, after }: Record<string, Knex.Value>): void {
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
