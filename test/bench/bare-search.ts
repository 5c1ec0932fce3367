import {
  type Ask,
  countOf,
  inPiece,
  orderOf,
  type Query,
  roles,
  type Sql,
  statuses,
  type Value,
} from "./bare-pieces.ts";
import { userColumns } from "./bare-queries.ts";

// How a search is answered, as src/users/{search,found}-queries.ts do it, with the same figures.

type Match = { groups: string[]; isExact: boolean };

/** From the first shelf of an organization to the last. */
type Range = [from: number, beyond: number];
const shelvesOf = (organizationId: number): Range => [organizationId * 2 ** 33, (organizationId + 1) * 2 ** 33];

export function matchFor(ask: Ask, { organizationId, words }: Query): Match | undefined {
  const groups = words.map((word) => {
    const letters = [...word];
    if (letters.length < 3) return [`${quoted(word)} *`];
    return [...new Set(letters.slice(2).map((_, at) => quoted(letters.slice(at, at + 3).join(""))))];
  });
  const all = [...new Set(groups.flat())];
  if (all.length === 0) return undefined;
  if (all.length <= 4) return { groups: all, isExact: words.every((word) => [...word].length <= 3) };
  const reach = (group: string): number =>
    Number(ask(places("name", [group], shelvesOf(organizationId), "limit 1 offset 100"))[0]?.shelf ?? 2 ** 53);
  const found = groups.flatMap((word) =>
    word
      .slice(0, Math.ceil(32 / groups.length))
      .map((group) => ({ group, reach: reach(group) }))
      .sort((one, other) => other.reach - one.reach)
      .map((each, rank) => ({ ...each, rank: Math.min(rank, 1) })),
  );
  found.sort((one, other) => one.rank - other.rank || other.reach - one.reach);
  return { groups: [...new Set(found.map(({ group }) => group))].slice(0, 4), isExact: false };
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function places(order: string, groups: string[], [from, beyond]: Range, end: string): Sql {
  return {
    sql: `select rowid place, rowid >> 14 shelf from ${order}_grams where ${order}_grams match +?
      and rowid >= +? << 14 and rowid < +? << 14 order by rowid ${end}`,
    values: [groups.join(" AND "), from, beyond],
  };
}

type Row = Record<string, Value>;

export function searchedUsers(ask: Ask, query: Query, match: Match, limit: number): Row[] {
  const rows: Row[] = [];
  for (const part of parts(query)) {
    rows.push(...usersOfPart(ask, part, match, limit));
    if (rows.length >= limit) break;
  }
  return rows.slice(0, limit);
}

/** By role or by status one after the other. */
function parts(query: Query): Query[] {
  const { key, comparison, from } = query;
  if (key !== "role" && key !== "status") return [query];
  const values = [...(key === "role" ? roles : statuses)];
  const first = String(from[0]);
  const isBefore = (value: string): boolean => from.length > 0 && (comparison === "<" ? value > first : value < first);
  return (comparison === "<" ? values.reverse() : values)
    .filter((value) => !isBefore(value) && (!query[key] || query[key] === value))
    .map((value) => ({ ...query, [key]: value, from: value === first ? from : [] }));
}

function usersOfPart(ask: Ask, query: Query, { groups }: Match, limit: number): Row[] {
  const { role, status, key, comparison } = query;
  const order = { email: "email", lastLogin: "last_login" }[key] ?? "name";
  const direction = comparison === "<" ? "desc" : "asc";
  const told = [...(role || status ? [`Æ${role}${status}`] : []), ...groups];
  const read = (range: Range, end: string): Row[] => {
    const { sql, values } = places(order, told, range, end);
    return ask({
      sql: `select o.user_id id, shelf from (${sql}) found cross join ${order}_order o on o.place = found.place`,
      values,
    });
  };
  const range = rangeOf(ask, query, order);
  const rows: Row[] = [];
  for (let most = 2 * limit; ; most *= 4) {
    const found = read(range, `${direction} limit ${most}`);
    const last = found.length === most ? Number(found.at(-1)?.shelf) : undefined;
    if (last !== undefined) {
      found.splice(found.findIndex(({ shelf }) => shelf === last));
      found.push(...read([last, last + 1], direction));
    }
    rows.push(...usersOf(ask, query, JSON.stringify(found.map(({ id }) => id)), limit));
    if (last === undefined || rows.length >= limit) return rows;
    if (comparison === "<") range[1] = last;
    else range[0] = last + 1;
  }
}

function rangeOf(ask: Ask, { organizationId, from, comparison }: Query, order: string): Range {
  const [first, beyond] = shelvesOf(organizationId);
  if (from.length === 0) return [first, beyond];
  const sql = `select number from ${order}_shelves where organization_id = +? and (key, id) <= (+?, +?)
    order by key desc, id desc limit 1`;
  const shelf = first + Number(ask({ sql, values: [organizationId, ...from.slice(-2)] })[0]?.number ?? 0);
  return comparison === "<" ? [first, shelf + 1] : [shelf, beyond];
}

/** Those of the ids whom the search finds, in the order of the list. */
function usersOf(ask: Ask, query: Query, ids: string, limit: number): Row[] {
  const { role, status, from } = query;
  const { sql, values } = inPiece({ role, status, ...(from.length > 0 && { after: 0 }) }, query);
  return ask({
    sql: `select ${userColumns} from (select value from json_each(+?)) found cross join users on users.id = found.value
      where ${sql} ${orderOf(query)} limit ${limit}`,
    values: [ids, ...values],
  });
}

export function countSearched(ask: Ask, query: Query, { groups, isExact }: Match, cap: number): number {
  const { organizationId, role, status, words } = query;
  const told = [...(role || status ? [`Æ${role}${status}`] : []), ...groups];
  const { sql, values } = places("name", told, shelvesOf(organizationId), "");
  if (isExact) return countOf(ask, { sql: `select 1 from (${sql}) limit ${cap}`, values });
  const has = words.map(() => "instr(o.text, +?) > 0").join(" and ");
  const joined = `select 1 from (${sql}) found cross join name_order o on o.place = found.place where ${has} limit ${cap}`;
  return countOf(ask, { sql: joined, values: [...values, ...words] });
}
