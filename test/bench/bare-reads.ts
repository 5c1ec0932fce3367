import type BetterSqlite3 from "better-sqlite3";
import { searchWords } from "../../src/users/search-text.ts";
import { type User, userColumns } from "./bare-queries.ts";

// The reads of the Managers page, as src/users/*-queries.ts have them: by the index that has few candidates, or else
// through the users in the order of the list, a piece for each role and status. Each shape is prepared once.

export type State = { search: string; role: string; status: string; sort: string; page: string };
export type Found = { users: User[]; count: number; previous: string; next: string };

const perPage = 50;
export const countedTo = 1_000;
const fewCandidates = 3_000;
const smallGroup = 20_000;
const roles = ["admin", "manager", "member"];
const statuses = ["active", "inactive"];
const sortColumns: Record<string, string[]> = {
  name: ["name_key"],
  email: ["email"],
  role: ["role", "name_key"],
  status: ["status", "name_key"],
  lastLogin: ["last_login_at"],
};

type Value = string | number;
type Sql = { sql: string; values: Value[] };
type Way = { index: string; match: string; count: number };
type Piece = { role: string; status: string; after?: number };
type Query = {
  organizationId: number;
  words: string[];
  way: Way | undefined;
  columns: string[];
  comparison: string;
  from: Value[];
};

export function listReads(db: BetterSqlite3.Database): (organizationId: number, state: State) => Found {
  const prepared = new Map<string, BetterSqlite3.Statement>();
  const all = ({ sql, values }: Sql): unknown[] => {
    let statement = prepared.get(sql);
    if (!statement) {
      statement = db.prepare(sql);
      prepared.set(sql, statement);
    }
    return statement.all(...values);
  };
  const count = (read: Sql): number => (all(read)[0] as { count: number }).count;

  function findWay(words: string[]): Way | undefined {
    const asked = [
      { index: "users_search", match: allOf(words.flatMap(trigrams)) },
      { index: "users_short", match: allOf(words.filter((word) => [...word].length < 3).map(hex)) },
    ];
    const ways = asked.filter(({ match }) => match).map((way) => ({ ...way, count: count(candidates(way)) }));
    return ways.sort((one, other) => one.count - other.count)[0];
  }

  function countMatches(query: Query, { role, status }: State): number {
    const { way } = query;
    const isShort = way !== undefined && way.count <= fewCandidates;
    const whole = { role, status };
    const isSmall =
      (role || status) &&
      count(
        counted(
          pieces(whole, "name", query).map((piece) => ids(piece, { ...query, words: [] })),
          smallGroup + 1,
        ),
      ) <= smallGroup;
    if (way && !isShort && !isSmall) return count(counted([streamed(way, whole, query)], countedTo + 1));
    const parts = isShort ? [ids(whole, query)] : pieces(whole, "name", query).map((piece) => ids(piece, query));
    return count(counted(parts, countedTo + 1));
  }

  return (organizationId, state) => {
    const key = state.sort.replace(/^-/, "") || "name";
    const backward = state.page.startsWith("-");
    const columns = [...(sortColumns[key] ?? []), "id"];
    const isReversed = state.sort.startsWith("-") !== backward;
    const place = {
      sql: `select ${columns} from users where organization_id = ? and id = ?`,
      values: [organizationId],
    };
    const [from] = state.page ? all({ ...place, values: [organizationId, Number(state.page.replace("-", ""))] }) : [];
    const words = searchWords(state.search);
    const way = findWay(words);
    const query = {
      organizationId,
      words,
      way,
      columns,
      comparison: isReversed ? "<" : ">",
      from: Object.values(from ?? {}),
    };
    const order = `order by ${columns.map((column) => `${column} ${isReversed ? "desc" : "asc"}`)} limit ${perPage + 1}`;
    const isShort = way !== undefined && way.count <= fewCandidates;
    const whole = { role: state.role, status: state.status, ...(from ? { after: 0 } : {}) };
    const parts = (isShort ? [whole] : pieces(whole, key, query)).map((piece) => inPiece(piece, query));
    const [only] = parts;
    const rows =
      only && parts.length === 1 ? { sql: `where ${only.sql} ${order}`, values: only.values } : union(parts, order);
    const found =
      parts.length === 0 ? [] : (all({ ...rows, sql: `select ${userColumns} from users ${rows.sql}` }) as User[]);
    const users = found.slice(0, perPage);
    if (backward) users.reverse();
    const hasMore = found.length > perPage;
    const [first, last] = [users[0], users.at(-1)];
    return {
      users,
      count: countMatches({ ...query, from: [] }, state),
      previous: first && (backward ? hasMore : from) ? `-${first.id}` : "",
      next: last && (backward || hasMore) ? String(last.id) : "",
    };
  };
}

const allOf = (grams: string[]): string => [...new Set(grams)].join(" AND ");
const hex = (word: string): string => `"${Buffer.from(word).toString("hex")}"`;

function trigrams(word: string): string[] {
  const letters = [...word];
  return letters.slice(2).map(
    (_, i) =>
      `"${letters
        .slice(i, i + 3)
        .join("")
        .replaceAll('"', '""')}"`,
  );
}

const candidates = ({ index, match }: { index: string; match: string }): Sql => ({
  sql: `select count(*) count from (select rowid from ${index} where ${index} match +? limit ${fewCandidates + 1})`,
  values: [match],
});

/** The parts that an index has in this order; those before the place are left out. */
function pieces({ role, status, after }: Piece, key: string, { from, comparison }: Query): Piece[] {
  const isInPieces = key === "role" || key === "status";
  if (!isInPieces && !role && !status) return [{ role, status, ...(after === undefined ? {} : { after }) }];
  const all = roles
    .filter((each) => !role || each === role)
    .flatMap((role) => statuses.map((status) => ({ role, status })));
  return all
    .filter((piece) => !status || piece.status === status)
    .flatMap((piece): Piece[] => {
      if (after === undefined) return [piece];
      if (!isInPieces || piece[key] === from[0]) return [{ ...piece, after: Number(isInPieces) }];
      return piece[key] > String(from[0]) === (comparison === "<") ? [] : [piece];
    });
}

function inPiece(
  { role, status, after }: Piece,
  { organizationId, words, way, columns, comparison, from }: Query,
): Sql {
  const isShort = way !== undefined && way.count <= fewCandidates;
  let sql = `${isShort ? "+" : ""}organization_id = +?`;
  const values: Value[] = [organizationId];
  const add = (text: string, ...more: Value[]): void => {
    sql += ` and ${text}`;
    values.push(...more);
  };
  if (role) add("role = +?", role);
  if (status) add("status = +?", status);
  if (isShort) add(`id in (select rowid from ${way.index} where ${way.index} match +?)`, way.match);
  for (const word of words) add("instr(search_text, +?) > 0", word);
  if (after !== undefined) {
    const beyond = columns.slice(after);
    add(`(${beyond}) ${comparison} (${beyond.map(() => "+?")})`, ...from.slice(after));
  }
  return { sql, values };
}

function ids(piece: Piece, query: Query): Sql {
  const { sql, values } = inPiece(piece, query);
  return { sql: `select id from users where ${sql}`, values };
}

/** Candidates as the index gives them. */
function streamed(way: Way, piece: Piece, query: Query): Sql {
  const { sql, values } = inPiece(piece, query);
  const from = `${way.index} cross join users on users.id = ${way.index}.rowid`;
  return {
    sql: `select users.id from ${from} where ${way.index} match +? and ${sql.replaceAll("search_text", "users.search_text")}`,
    values: [way.match, ...values],
  };
}

function counted(parts: Sql[], most: number): Sql {
  const each = parts.map(({ sql }) => `select id from (${sql} limit ${most})`);
  return {
    sql: `select count(*) count from (select id from (${each.join(" union all ")}) limit ${most})`,
    values: parts.flatMap(({ values }) => values),
  };
}

function union(parts: Sql[], order: string): Sql {
  const each = parts.map(({ sql }) => `select id from (select id from users where ${sql} ${order})`);
  return { sql: `where id in (${each.join(" union all ")}) ${order}`, values: parts.flatMap(({ values }) => values) };
}
