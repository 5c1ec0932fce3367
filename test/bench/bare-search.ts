import type { Ask, Query, Sql, Value } from "./bare-pieces.ts";
import { countIn, countOf, groups, inPiece, orderOf, pieces, roles, statuses } from "./bare-pieces.ts";
import { userColumns } from "./bare-queries.ts";

// How a search is answered, as src/users/{way,sorted,walked,count}-queries.ts do it, with the same figures.

type Way = { index: string; match: string; count: number; all: number; isExact: boolean; ids?: string };

const few = 500;
const sortable = (all: number): number => 100 * Math.ceil(Math.sqrt(all) / 8);

export function findWay(ask: Ask, words: string[]): Way | undefined {
  const isShort = (word: string): boolean => [...word].length < 3;
  const long = words.filter((word) => !isShort(word)).map(trigrams);
  const short = words.filter(isShort).map((word) => [`"${Buffer.from(word).toString("hex")}"`]);
  if (words.length === 0) return undefined;
  const all = Number(ask({ sql: "select max(id) id from users", values: [] })[0]?.id);
  const asked = [
    { index: "users_search", groups: long, isExact: false },
    { index: "users_short", groups: short, isExact: long.length === 0 },
  ];
  const ways = asked.filter(({ groups }) => groups.length > 0).map((each) => wayBy(ask, { ...each, all }));
  return ways.sort((one, other) => one.count - other.count)[0];
}

function trigrams(word: string): string[] {
  const letters = [...word];
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  return letters.slice(2).map((_, i) => quoted(letters.slice(i, i + 3).join("")));
}

type Asked = { index: string; groups: string[][]; all: number; isExact: boolean };

const candidates = (index: string, match: string, end: string): Sql => ({
  sql: `select rowid from ${index} where ${index} match +? ${end}`,
  values: [match],
});

function wayBy(ask: Ask, { index, groups, all, isExact }: Asked): Way {
  const telling = rarest(ask, { index, groups, all });
  const way = { index, match: telling.join(" AND "), all, isExact: isExact && telling.length === groups.length };
  const some = ask(candidates(index, way.match, `limit ${few + 1}`)).map(({ rowid }) => rowid);
  if (some.length <= few) return { ...way, count: some.length, ids: JSON.stringify(some) };
  const most = sortable(all) + 1;
  const count = countOf(ask, candidates(index, way.match, `limit ${most}`));
  if (count < most) return { ...way, count };
  const last = ask(candidates(index, way.match, `limit 1 offset ${most - 1}`))[0];
  return { ...way, count: Math.max(most, Math.round((most * all) / Number(last?.rowid ?? all))) };
}

function rarest(ask: Ask, { index, groups, all }: Omit<Asked, "isExact">): string[] {
  if (groups.flat().length === 1) return groups.flat();
  const found = groups.flatMap((word) =>
    [...new Set(word.slice(0, Math.ceil(32 / groups.length)))]
      .map((group) => {
        const last = ask(candidates(index, group, "limit 1 offset 100"))[0];
        return { group, share: 100 / Number(last?.rowid ?? all * 100) };
      })
      .sort((one, other) => one.share - other.share)
      .map((judged, at) => ({ ...judged, rank: Math.min(at, 1) })),
  );
  found.sort((one, other) => one.rank - other.rank || one.share - other.share);
  const telling = found.filter(({ share }, at) => at === 0 || share < 0.5).slice(0, 4);
  return [...new Set(telling.map(({ group }) => group))];
}

type Row = Record<string, Value>;

export function searchedUsers(ask: Ask, query: Query, way: Way, limit: number): Row[] {
  if (way.ids !== undefined) return usersOf(ask, query, way.ids, limit);
  return (way.count > sortable(way.all) && walked(ask, query, way, limit)) || sorted(ask, query, way, limit);
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

const tables: Record<string, string> = { email: "users_by_email", lastLogin: "users_by_last_login" };
const placeColumns = ({ key }: Query): string[] =>
  key === "role" || key === "status" ? [key, "place", "id"] : ["place", "id"];

/** Of the candidates (only so many of them) the first by their places. */
function firstPlaces(ask: Ask, query: Query, way: Way, { among, most }: { among?: number; most: number }): Row[] {
  const { key, comparison, from } = query;
  const columns = placeColumns(query).map((column) => `place.${column}`);
  const place = placesOf(query, way, { table: tables[key] ?? "users_by_name", among });
  const [first = "", ...others] = from;
  const number: Record<string, Value> = {
    role: roles.indexOf(String(first)),
    status: statuses.indexOf(String(first)),
    lastLogin: Date.parse(String(first || "1970-01-01")),
  };
  const begin = from.length > 0 ? ` and (${columns}) ${comparison} (${columns.map(() => "+?")})` : "";
  const order = columns.map((column) => `${column} ${comparison === "<" ? "desc" : "asc"}`);
  return ask({
    sql: `select place.id ${place.sql}${begin} order by ${order} limit ${most}`,
    values: [...place.values, ...(begin ? [number[key] ?? first, ...others] : [])],
  });
}

function placesOf(
  { organizationId, role, status }: Query,
  { index, match }: Way,
  { table, among }: { table: string; among?: number | undefined },
): Sql {
  const some = candidates(index, match, among === undefined ? "" : `limit ${among}`);
  return {
    sql: `from (${some.sql}) candidate cross join ${table} place on place.id = candidate.rowid
      where place.organization_id = +?${role && " and place.role = +?"}${status && " and place.status = +?"}`,
    values: [
      ...some.values,
      organizationId,
      ...(role ? [roles.indexOf(role)] : []),
      ...(status ? [statuses.indexOf(status)] : []),
    ],
  };
}

/** Roster goes on after the first two pages of candidates; here all are taken where those are not enough. */
function sorted(ask: Ask, query: Query, way: Way, limit: number): Row[] {
  for (const most of [2 * limit, 1_000_000_000]) {
    const found = firstPlaces(ask, query, way, { most });
    const users = usersOf(ask, query, JSON.stringify(found.map(({ id }) => id)), limit);
    if (users.length === limit || found.length < most) return users;
  }
  return [];
}

function walked(ask: Ask, query: Query, way: Way, limit: number): Row[] | undefined {
  const most = Math.max(4_000, 100 * Math.ceil((0.02 * limit * way.all) / way.count));
  if (way.count <= 5 * sortable(way.all) && isFar(ask, query, way, { limit, most })) return undefined;
  const ids: Value[] = [];
  const steps = (piece: Parameters<typeof inPiece>[0]): Sql => {
    const { sql, values } = inPiece(piece, { ...query, words: [] });
    return { sql: `select id, search_text from users where ${sql} ${orderOf(query)} limit ${most}`, values };
  };
  const has = query.words.map(() => "instr(search_text, +?) > 0").join(" and ");
  for (const { sql, values } of pieces(query).map(steps)) {
    const met = ask({
      sql: `select id from (${sql}) where ${has} limit ${limit}`,
      values: [...values, ...query.words],
    });
    if (met.length < limit && countOf(ask, { sql, values }) === most) return undefined;
    ids.push(...met.map(({ id = 0 }) => id));
  }
  return usersOf(ask, query, JSON.stringify(ids), limit);
}

function isFar(ask: Ask, query: Query, way: Way, { limit, most }: { limit: number; most: number }): boolean {
  const [piece, ...others] = pieces(query);
  if (!piece || others.length > 0) return true;
  const skip = Math.ceil((1_000 * limit) / way.count);
  const end = firstPlaces(ask, { ...query, role: "", status: "" }, way, { among: 1_000, most: skip + 1 })[skip];
  if (!end) return false;
  const [column = ""] = query.columns;
  const place = ask({ sql: `select ${column} place from users where id = +?`, values: [end.id ?? 0] })[0]?.place ?? "";
  const { sql, values } = inPiece(piece, { ...query, words: [] });
  const until = `users.${column} ${query.comparison === "<" ? ">=" : "<="} +?`;
  const steps = `select id from users where ${sql} and ${until} ${orderOf(query)} limit ${most}`;
  return countOf(ask, { sql: steps, values: [...values, place] }) === most;
}

export function countSearched(ask: Ask, query: Query, way: Way, cap: number): number {
  const { role, status, words } = query;
  if (way.ids !== undefined) {
    const { sql, values } = inPiece({ role, status }, query);
    const from = "from (select value from json_each(+?)) found cross join users on users.id = found.value";
    return countOf(ask, { sql: `select 1 ${from} where ${sql} limit ${cap}`, values: [way.ids, ...values] });
  }
  if (isGroupQuicker(ask, query, way, cap)) return countIn(ask, groups(query), query, cap);
  const { sql, values } = placesOf(query, way, { table: "users_by_name" });
  if (way.isExact) return countOf(ask, { sql: `select place.id ${sql} limit ${cap}`, values });
  const has = words.map(() => "instr(users.search_text, +?) > 0").join(" and ");
  const joined = sql.replace("candidate.rowid", "candidate.rowid cross join users on users.id = place.id");
  return countOf(ask, { sql: `select place.id ${joined} and ${has} limit ${cap}`, values: [...values, ...words] });
}

function isGroupQuicker(ask: Ask, query: Query, { count, all }: Way, cap: number): boolean {
  if (count <= sortable(all)) return false;
  const group = countIn(ask, groups(query), { ...query, words: [] }, 20_000);
  const steps = 5 * Math.min(group, (cap * all) / count);
  return group < 20_000 && steps < Math.min(count, (cap * all) / group);
}
