import type { Knex } from "knex";
import { type Database, isPostgres } from "../database/database.ts";
import { preparedFor } from "../database/prepared.ts";
import type { OrganizationId, User } from "../roles/people.ts";
import { type Cursor, type SortKey, sortColumns, type UserFilter, type UserOrder } from "./list-order.ts";
import { selectUsers, toUser, type UserRow } from "./queries.ts";
import {
  type Candidates,
  findCandidates,
  matching,
  maxCandidates,
  type Search,
  type SearchShape,
  searchFor,
  selectCandidates,
} from "./search-queries.ts";

// A page of the list. One rule for searches and filters: if there are few candidates, fetch, check and sort them all;
// if there are many, walk the index of the list's order and keep the first matches.

/**
 * How many users at the start of the list are checked one by one before the index lists all candidates. PostgreSQL
 * collects those slowly, so that a second, longer walk is quicker.
 */
const walksOn = (db: Database): number[] => (isPostgres(db) ? [2_000, 20_000] : [2_000]);
/** With fewer matches in a walk, a longer one would not be quicker. */
const leastToContinue = 5;

export type UserPage = { users: User[]; previous: Cursor | undefined; next: Cursor | undefined };

/** `skip` is how many users come before the page, for one without a cursor. */
type ListQuery = { filter: UserFilter; order: UserOrder; from: Cursor | undefined; skip?: number; limit: number };

/** One page by keyset: as fast at the end of a million users as at the start, and correct while rows are added. */
export async function listUsers(db: Database, organizationId: OrganizationId, wanted: ListQuery): Promise<UserPage> {
  const search = searchFor(db, organizationId, wanted.filter);
  return findPage(db, { ...wanted, search, found: await findCandidates(db, search) });
}

/** The same, and how many there are in total, counted up to `cap`. */
export async function listAndCountUsers(
  db: Database,
  organizationId: OrganizationId,
  { cap, ...wanted }: ListQuery & { cap: number },
): Promise<UserPage & { count: number }> {
  const search = searchFor(db, organizationId, wanted.filter);
  const found = await findCandidates(db, search);
  const page = await findPage(db, { ...wanted, search, found });
  const isWhole = wanted.from === undefined && !wanted.skip && page.next === undefined;
  return { ...page, count: isWhole ? page.users.length : await countMatches(db, { search, found, cap }) };
}

type Values = Record<string, string | number>;

/** The users to look for matches in: candidates with given IDs, all candidates, or everyone in the organization. */
type Source = "ids" | "candidates" | "organization";

const sourceOf = (db: Database, found: Candidates | undefined): Source =>
  found ? (found.count <= maxCandidates(db) ? "ids" : "candidates") : "organization";

type Selecting = { db: Database; $: Record<string, Knex.Value>; search: SearchShape; source: Source };

/** SQLite works from left to right. "offset 0": PostgreSQL collects the matches instead of walking a list to its end. */
function selectFrom({ db, $, search: shape, source }: Selecting): Knex.QueryBuilder {
  if (source === "organization") return db("users");
  if (source === "candidates" && isPostgres(db)) {
    const matches = selectCandidates({ db, $, shape }).clearSelect();
    return db.from(db.raw("(select * from ? as found offset 0) as users", [matches]));
  }
  const ids = isPostgres(db)
    ? "select cast(value as integer) as id from json_array_elements_text(cast(? as json)) as value"
    : "select value as id from json_each(?)";
  const found =
    source === "ids" ? db.raw(`(${ids}) as found`, [$.ids ?? ""]) : selectCandidates({ db, $, shape }).as("found");
  return db.from(found).joinRaw("cross join users").whereRaw("users.id = found.id");
}

type Page = {
  search: SearchShape;
  source: Source;
  key: SortKey;
  descending: boolean;
  isFirst: boolean;
  skip: number;
  limit: number;
  steps?: number;
};
/** With the columns that lists sort by, under their own names. */
type Row = UserRow & { [column: string]: string | number | boolean | null };

/** `steps` is how many users of the list it checks at most. */
const rowsOf = preparedFor<Page, Values, Row>(
  (db, $, { search, source, key, descending, isFirst, skip, limit, steps }) => {
    // A column that is the same for all of them need not be sorted by.
    const columns = [...sortColumns[key].filter((column) => !search.filters.some((name) => name === column)), "id"];
    const direction = descending ? "desc" : "asc";
    const sorted = (query: Knex.QueryBuilder): void => {
      query.orderBy(columns.map((column) => ({ column: `users.${column}`, order: direction })));
      if (!isFirst)
        query.whereRaw(
          `(${columns.map((column) => `users.${column}`)}) ${descending ? "<" : ">"} (${columns.map(() => "?")})`,
          columns.map((column) => $[`from_${column}`] ?? ""),
        );
    };
    const inOrder = db("users")
      .where("organization_id", $.organizationId ?? 0)
      .modify((query) => sorted(query.limit(steps ?? 0)));
    const isScan = !steps && source === "candidates" && !isPostgres(db);
    const users = steps ? db.from(inOrder.as("users")) : isScan ? db("users") : selectFrom({ db, $, search, source });
    // "+" makes SQLite walk the index and look users up in the candidates' IDs, instead of the other way around.
    if (isScan) users.where(db.raw("+users.id in ?", [selectCandidates({ db, $, shape: search })]));
    return selectUsers(db, users)
      .select("users.name_key", "users.last_login_at")
      .modify(matching, { db, $, shape: search })
      .modify(sorted)
      .offset(skip)
      .limit(limit);
  },
  { isPlannedByValues: true },
);

type Found = { search: Search; found: Candidates | undefined };

async function findRows(
  db: Database,
  { search, found }: Found,
  { page, values }: { page: Omit<Page, "search" | "source" | "steps">; values: Values },
): Promise<Row[]> {
  const ask = (more: Pick<Page, "source" | "steps">): Promise<Row[]> =>
    rowsOf({ ...page, search: search.shape, ...more }).all(db, { ...search.values, ids: found?.ids ?? "", ...values });
  const source = sourceOf(db, found);
  const walks = walksOn(db);
  // If many users match, the start of the list is enough.
  for (const steps of found && found.count > Math.min(...walks) ? walks : []) {
    const rows = await ask({ source, steps: Math.max(steps, page.limit) });
    if (rows.length === page.limit) return rows;
    if (rows.length < leastToContinue) break;
  }
  return ask({ source });
}

async function findPage(
  db: Database,
  { order, from, skip = 0, limit, ...searched }: Omit<ListQuery, "filter"> & Found,
): Promise<UserPage> {
  const columns = sortColumns[order.key];
  // A cursor of another order (from an edited address) counts as none.
  const cursor = from?.values.length === columns.length ? from : undefined;
  const cursorValues = columns.map((column, at) => [`from_${column}`, cursor?.values[at] ?? ""]);
  const rows = await findRows(db, searched, {
    page: {
      key: order.key,
      descending: order.descending !== (from?.backward ?? false),
      isFirst: cursor === undefined,
      skip,
      limit: limit + 1,
    },
    values: { ...Object.fromEntries(cursorValues), from_id: cursor?.id ?? 0 },
  });
  const more = rows.length > limit;
  const page = rows.slice(0, limit);
  if (from?.backward) page.reverse();
  const at = (row: Row | undefined, backward: boolean): Cursor | undefined =>
    row && {
      values: columns.map((column) => String(column === "status" && row.hasLeft ? "active" : row[column])),
      id: row.id,
      backward,
    };
  return {
    users: page.map(toUser),
    previous: (from?.backward ? more : from !== undefined || skip > 0) ? at(page[0], true) : undefined,
    next: !from?.backward && !more ? undefined : at(page.at(-1), false),
  };
}

async function countMatches(db: Database, { search, found, cap }: Found & { cap: number }): Promise<number> {
  // PostgreSQL has checked them already, and listed more of them than the cap.
  if (found && isPostgres(db)) return Math.min(found.count, cap);
  const values = { ...search.values, ids: found?.ids ?? "" };
  return (await countOf({ search: search.shape, source: sourceOf(db, found), cap }).first(db, values))?.count ?? 0;
}

const countOf = preparedFor<{ search: SearchShape; source: Source; cap: number }, Values, { count: number }>(
  (db, $, { search, source, cap }) => {
    const some = selectFrom({ db, $, search, source })
      .select(db.raw("1"))
      .modify(matching, { db, $, shape: search })
      .limit(cap);
    return db.from(some.as("some")).count({ count: "*" });
  },
  { isPlannedByValues: true },
);
