import type BetterSqlite3 from "better-sqlite3";
import { searchWords } from "../../src/users/search-text.ts";
import type { Ask, Query, Sql, Value } from "./bare-pieces.ts";
import { countIn, groups, inPiece, orderOf, pieces } from "./bare-pieces.ts";
import { type User, userColumns } from "./bare-queries.ts";
import { countSearched, matchFor, searchedUsers } from "./bare-search.ts";

// The reads of the Managers page, as src/users/*-queries.ts have them. Each shape is prepared once.

export type State = { search: string; role: string; status: string; sort: string; page: string };
export type Found = { users: User[]; count: number; previous: string; next: string };

const perPage = 50;
export const countedTo = 1_000;
const sortColumns: Record<string, string[]> = {
  name: ["name_key"],
  email: ["email"],
  role: ["role", "name_key"],
  status: ["status", "name_key"],
  lastLogin: ["last_login_at"],
};

export function listReads(db: BetterSqlite3.Database): (organizationId: number, state: State) => Found {
  const prepared = new Map<string, BetterSqlite3.Statement>();
  const ask: Ask = ({ sql, values }) => {
    let statement = prepared.get(sql);
    if (!statement) {
      statement = db.prepare(sql);
      prepared.set(sql, statement);
    }
    return statement.all(...values) as Record<string, Value>[];
  };
  return (organizationId, state) => {
    const key = state.sort.replace(/^-/, "") || "name";
    const backward = state.page.startsWith("-");
    const columns = [...(sortColumns[key] ?? []), "id"];
    const place = {
      sql: `select ${columns} from users where organization_id = +? and id = +?`,
      values: [organizationId, Number(state.page.replace("-", ""))],
    };
    const [from] = state.page ? ask(place) : [];
    const query: Query = {
      ...{ organizationId, role: state.role, status: state.status, words: searchWords(state.search), key, columns },
      ...{ comparison: state.sort.startsWith("-") !== backward ? "<" : ">", from: Object.values(from ?? {}) },
    };
    const match = matchFor(ask, query);
    const found = match ? searchedUsers(ask, query, match, perPage + 1) : ask(inOrder(query, perPage + 1));
    const users = found.slice(0, perPage) as unknown as User[];
    if (backward) users.reverse();
    const hasMore = found.length > perPage;
    const [first, last] = [users[0], users.at(-1)];
    const isWhole = !state.page && !hasMore;
    const count = (): number =>
      match ? countSearched(ask, query, match, countedTo + 1) : countIn(ask, groups(query), query, countedTo + 1);
    return {
      users,
      count: isWhole ? users.length : count(),
      previous: first && (backward ? hasMore : from) ? `-${first.id}` : "",
      next: last && (backward || hasMore) ? String(last.id) : "",
    };
  };
}

function inOrder(query: Query, limit: number): Sql {
  const order = `${orderOf(query)} limit ${limit}`;
  const parts = pieces(query).map((piece) => inPiece(piece, query));
  const [only] = parts;
  const users = `select ${userColumns} from users where`;
  if (only && parts.length === 1) return { sql: `${users} ${only.sql} ${order}`, values: only.values };
  const ids = parts.map(({ sql }) => `select id from (select id from users where ${sql} ${order})`);
  return {
    sql: `${users} id in (${ids.join(" union all ") || "null"}) ${order}`,
    values: parts.flatMap(({ values }) => values),
  };
}
