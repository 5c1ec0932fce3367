import type { Knex } from "knex";
import { selectKeyIds } from "../api-keys/list-queries.ts";
import type { Action } from "../audit/actions.ts";
import type { Database } from "../database/database.ts";
import { preparedFor } from "../database/prepared.ts";
import type { OrganizationId } from "../roles/people.ts";
import { selectMatchingIds } from "../users/search-queries.ts";
import { type Activity, type ActivityRecord, named, toActivity } from "./row-queries.ts";

/** Which rows of history; people and keys by ID, or all that a search finds. */
export type ActivityFilter = {
  actorId?: number | undefined;
  actorSearch?: string | undefined;
  subjectId?: number | undefined;
  subjectSearch?: string | undefined;
  keyId?: number | undefined;
  keySearch?: string | undefined;
  action?: Action | undefined;
  /** The row of a group action that they are a part of; 0: those that are a part of none. */
  groupId?: number | undefined;
  /** Stored moments: at or after `from`, before `to`. */
  from?: string | undefined;
  to?: string | undefined;
};

/**
 * Older than the row `before` (down to the row `downTo`), or newer than the row `after`: correct while rows are added.
 */
export type ActivityCursor = {
  before?: number | undefined;
  downTo?: number | undefined;
  after?: number | undefined;
  limit: number;
};

/** Newest first: the newest of all, the next ones older than `before`, or the next ones newer than `after`. */
export async function listActivity(
  db: Database,
  organizationId: OrganizationId,
  filter: ActivityFilter & ActivityCursor,
): Promise<Activity[]> {
  const rows = await findRows(db, organizationId, filter);
  if (filter.after !== undefined) rows.reverse();
  return rows.map(toActivity);
}

async function findRows(
  db: Database,
  organizationId: OrganizationId,
  { limit, actorSearch, subjectSearch, keySearch, ...given }: ActivityFilter & ActivityCursor,
): Promise<ActivityRecord[]> {
  const values: Values = { organizationId };
  for (const name of valueNames) if (given[name] !== undefined) values[name] = given[name];
  if ([actorSearch, subjectSearch, keySearch].every((search) => search === undefined)) {
    const shape = { names: Object.keys(values), limit };
    if (!isRangeFirst(values)) return rowsOf(shape).all(db, values);
    // A wide range that ends recently is found among the newest rows; any other range is sorted as a whole.
    const rows = await newestOf(shape).all(db, values);
    return rows.length === limit ? rows : sortedOf(shape).all(db, values);
  }
  return selectRows(db, values)
    .limit(limit)
    .modify((query) => {
      if (actorSearch !== undefined) query.whereIn("a.actor_id", selectMatchingIds(db, organizationId, actorSearch));
      if (subjectSearch !== undefined)
        query.whereIn("a.subject_id", selectMatchingIds(db, organizationId, subjectSearch));
      if (keySearch !== undefined) query.whereIn("a.key_id", selectKeyIds(db, organizationId, keySearch));
    });
}

const valueNames = [
  "actorId",
  "subjectId",
  "keyId",
  "action",
  "groupId",
  "from",
  "to",
  "before",
  "downTo",
  "after",
] as const;
type Values = Record<string, string | number>;

type Shape = { names: string[]; limit: number };
type Given = Record<string, Knex.Value>;
const pickValues = ($: Given, names: string[]): Given => Object.fromEntries(names.map((name) => [name, $[name] ?? ""]));

const rowsOf = preparedFor<Shape, Values, ActivityRecord>((db, $, { names, limit }) =>
  selectRows(db, pickValues($, names)).limit(limit),
);

/**
 * Sorts only numbers, which the index of `at` contains: a hundred milliseconds for a million rows instead of seconds.
 */
const sortedOf = preparedFor<Shape, Values, ActivityRecord>((db, $, { names, limit }) => {
  const given = pickValues($, names);
  const ids = db("activity as a").modify(matching, given).modify(inRange, given).orderBy("a.id", "desc").limit(limit);
  return named(db, "activity as a").whereIn("a.id", ids.select("a.id")).orderBy("a.id", "desc");
});

/** How many rows to check, which takes a few milliseconds. */
const newest = 2_000;

/** The range's rows among the newest ones: if they fill the page, they are its rows. */
const newestOf = preparedFor<Shape, Values, ActivityRecord>((db, $, { names, limit }) => {
  const { from, to, ...others } = pickValues($, names);
  const rows = db("activity as a").modify(matching, others).orderBy("a.id", "desc").limit(newest);
  const recent = db.from(rows.as("a")).modify(inRange, { from, to }).orderBy("a.id", "desc").limit(limit);
  return named(db, recent.as("a")).orderBy("a.id", "desc");
});

/** Keeps rows that match every given value. */
function selectRows(db: Database, given: Given): Knex.QueryBuilder {
  return named(db, "activity as a")
    .modify(matching, given)
    .modify(inRange, given)
    .orderBy("a.id", given.after === undefined ? "desc" : "asc");
}

/** Keeps rows that match everything except the range. */
function matching(
  query: Knex.QueryBuilder,
  { organizationId, actorId, subjectId, keyId, action, groupId, before, downTo, after }: Given,
): void {
  query.where({ "a.organization_id": organizationId });
  if (actorId !== undefined) query.where({ "a.actor_id": actorId });
  if (subjectId !== undefined) query.where({ "a.subject_id": subjectId });
  if (keyId !== undefined) query.where({ "a.key_id": keyId });
  if (action !== undefined) query.where({ "a.action": action });
  if (groupId !== undefined) query.where({ "a.group_id": groupId });
  if (before !== undefined) query.where("a.id", "<", before);
  if (downTo !== undefined) query.where("a.id", ">=", downTo);
  if (after !== undefined) query.where("a.id", ">", after);
}

/** Whether this is the first page of a range with an end. */
const isRangeFirst = ({ to, before, after }: Record<string, unknown>): boolean =>
  to !== undefined && before === undefined && after === undefined;

/**
 * The start of a past range is found by the index of `at`, whose rows are then sorted by ID. Everything else goes by
 * ID; `|| ''` hides the index of `at`, with which every page would sort the whole range again.
 */
function inRange(query: Knex.QueryBuilder, { from, to, before, after }: Given): void {
  const at = isRangeFirst({ to, before, after }) ? "a.at" : "a.at || ''";
  if (from !== undefined) query.whereRaw(`${at} >= ?`, from);
  if (to !== undefined) query.whereRaw(`${at} < ?`, to);
}
