import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { preparedFor } from "../database/prepared.ts";
import { type OrganizationId, statuses } from "../roles/people.ts";
import { roles } from "../roles/roles.ts";
import type { SearchedRow } from "./found-queries.ts";
import { type Asked, beginValues, partsBy, type UserFilter, type Values } from "./piece-queries.ts";
import { found, isAfter, type Order, type Shape, sortOf, unordered } from "./postgres-chunk-queries.ts";
import { arrayOf, filterGram, placesIn, searchedValues } from "./postgres-gram-queries.ts";
import { selectUsers } from "./queries.ts";

// A search on PostgreSQL. Names and addresses are cut into chunks of a thousand or two who stand next to each other, and
// an index has the letters of each chunk's users (migration 0019). A search goes from chunk to chunk in the order of the
// list: where nobody matches, a chunk costs some microseconds, and the first that have matches make the page. So neither
// rare matches nor those at the far end take long, and the planner, which cannot know either, has nothing to choose.

type Searched = { filter: UserFilter; asked: Asked; limit: number };

/** The first of those whom a search of one word or more finds, from where the page begins. */
export async function searchedRowsOnPostgres(
  db: Database,
  organizationId: OrganizationId,
  { filter, asked, limit }: Searched,
): Promise<SearchedRow[]> {
  const { key, descending, begin } = asked;
  const values = { ...(await searchedValues(db, organizationId, filter)), ...beginValues(begin) };
  const order = { key, descending, isAfter: begin !== undefined };
  if (key === "lastLogin") return lastLoggedIn(db, { filter, order, limit }, values);
  if (key === "name" || key === "email") return rowsOf({ ...order, isWithin: order.isAfter, limit }).all(db, values);
  const pieces = partsBy(key, filter, asked);
  const met = pieces.length > 1 ? await metIn({ ...order, limit, most: fewEnough }).all(db, values) : undefined;
  if (met && (met[0]?.seen ?? 0) <= fewEnough) return rowsWith(db, order, met);
  const isWithin = begin !== undefined && pieces[0] === begin.values[0];
  return rowsOf({ ...order, isWithin, limit }).all(db, { ...values, pieces: arrayOf(pieces.map(filterGram)) });
}

/** So few are sorted at once rather than looked for in one role or status after the other. */
const fewEnough = 1_000;

/** How many a search of one word or more finds, counted no further than the cap. */
export async function countOnPostgres(
  db: Database,
  organizationId: OrganizationId,
  { filter, cap }: { filter: UserFilter; cap: number },
): Promise<number> {
  return (await countOf({ cap }).first(db, await searchedValues(db, organizationId, filter)))?.count ?? 0;
}

const rowsIn = (db: Database, order: Shape, ids: Knex.Raw): Knex.QueryBuilder =>
  selectUsers(db).select({ nameKey: "name_key" }).whereRaw("users.id in (?)", [ids]).orderByRaw(sortOf(order, "users"));

const rowsOf = preparedFor<Order & { limit: number }, Values, SearchedRow>((db, $, { limit, ...order }) => {
  const inChunk = found(order, { end: `order by ${sortOf(order, "u")} limit ${limit}` });
  return rowsIn(db, order, db.raw(`select found.id ${inChunk} limit ${limit}`, placesIn($)));
});

const countOf = preparedFor<{ cap: number }, Values, { count: number }>((db, $, { cap }) =>
  db.from(db.raw(`(select ${found(unordered)} limit ${cap}) as few`, placesIn($))).count({ count: "*" }),
);

// Log-ins move all the time, so that no index has chunks of them. Some thousands whom a search finds are sorted. Where it
// finds more, a page's worth of these says how far down the list the page ends at most, and the list is gone through so far.

const sorted = 8_000;
const walked = 20_000;

type Met = { id: number; lastLoginAt: string; seen: number };

async function lastLoggedIn(
  db: Database,
  { filter, order, limit }: { filter: UserFilter; order: Shape; limit: number },
  values: Values,
): Promise<SearchedRow[]> {
  const met = await metIn({ ...order, limit, most: sorted }).all(db, values);
  const [end, seen = 0] = [met.at(-1), met[0]?.seen];
  if (seen <= sorted || end === undefined) return rowsWith(db, order, met);
  const ofFilter = {
    roles: arrayOf(filter.role ? [filter.role] : roles),
    statuses: arrayOf(filter.status ? [filter.status] : statuses),
  };
  const upTo = { ...values, ...ofFilter, edge: end.lastLoginAt, edgeId: end.id };
  const walk = { ...order, isFiltered: filter.role !== undefined || filter.status !== undefined };
  const steps = await stepsIn(walk).first(db, upTo);
  if (steps && steps.count <= walked) return walkedTo({ ...walk, limit }).all(db, upTo);
  return rowsWith(db, order, await upToEnd({ ...order, limit }).all(db, upTo));
}

/** The first of so many, and how many there were. */
const metIn = preparedFor<Shape & { limit: number; most: number }, Values, Met>((db, $, { limit, most, ...shape }) => {
  const order = { ...shape, isWithin: false };
  const all = found(order, { columns: "u.id, u.last_login_at, u.role, u.status, u.name_key" });
  return db
    .from(db.raw(`(select found.* ${all} limit ${most + 1}) as u`, placesIn($)))
    .select({ id: "u.id", lastLoginAt: "u.last_login_at", seen: db.raw("count(*) over ()") })
    .orderByRaw(sortOf(order, "u"))
    .limit(limit);
});

/** The first of all before the end: most are ruled out by their last log-in, before their text is looked at. */
const upToEnd = preparedFor<Shape & { limit: number }, Values, { id: number }>((db, $, { limit, ...shape }) => {
  const all = found({ ...shape, isWithin: false }, { columns: "u.id, u.last_login_at", also: isUpToEnd(shape, "u") });
  return db
    .from(db.raw(`(select found.* ${all}) as u`, placesIn($)))
    .select("u.id")
    .orderByRaw(sortOf(shape, "u"))
    .limit(limit);
});

const isUpToEnd = ({ descending }: Shape, table: string): string =>
  `(${table}.last_login_at, ${table}.id) ${descending ? ">=" : "<="} (cast(:edge as text), cast(:edgeId as integer))`;

const rowsWith = (db: Database, order: Shape, met: { id: number }[]): Promise<SearchedRow[]> =>
  rowsOfIds(order).all(db, { ids: arrayOf(met.map(({ id }) => id)) });

const rowsOfIds = preparedFor<Shape, Values, SearchedRow>((db, $, shape) =>
  rowsIn(db, shape, db.raw("select unnest(cast(? as integer[]))", [$.ids ?? ""])),
);

type Walk = Shape & { isFiltered: boolean };

/**
 * The part of the list between the beginning of the page and the place where it ends at most; where it is filtered, from
 * the index of each role and status, since those who left stand far down in the list of all.
 */
function part({ isFiltered, ...shape }: Walk): string {
  const place = `${shape.isAfter ? `and ${isAfter(shape, "users")}` : ""}
    and ${isUpToEnd(shape, "users")}`;
  if (!isFiltered) return `from users where organization_id = :organizationId ${place}`;
  return `from unnest(cast(:roles as text[])) as of_role cross join unnest(cast(:statuses as text[])) as of_status
    cross join lateral (select id, last_login_at from users where organization_id = :organizationId
      and role = of_role and status = of_status ${place} offset 0) as users`;
}

const stepsIn = preparedFor<Walk, Values, { count: number }>((db, $, walk) =>
  db.from(db.raw(`(select ${part(walk)} limit ${walked + 1}) as few`, placesIn($))).count({ count: "*" }),
);

const walkedTo = preparedFor<Walk & { limit: number }, Values, SearchedRow>((db, $, { limit, ...walk }) => {
  const steps = `select users.id ${part(walk)} order by ${sortOf(walk, "users")} limit ${walked}`;
  const ids = `select step.id from (${steps}) as step cross join lateral (
      select from searched_users as u where u.id = step.id and u.search_text like all (cast(:words as text[]))
      offset 0) as found limit ${limit}`;
  return rowsIn(db, walk, db.raw(ids, placesIn($)));
});
