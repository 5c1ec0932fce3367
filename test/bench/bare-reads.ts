import type BetterSqlite3 from "better-sqlite3";
import { searchWords } from "../../src/users/search-text.ts";
import { type User, userColumns } from "./bare-queries.ts";

// The reads of the Managers page, as src/users/list-queries.ts has them. Each shape is prepared once.

export type State = { search: string; role: string; status: string; sort: string; page: string };
export type Found = { users: User[]; count: number; previous: string; next: string };

const perPage = 50;
export const countedTo = 1_000;
const [few, walked] = [12_000, 2_000];
const sortColumns: Record<string, string[]> = {
  name: ["name_key"],
  email: ["email"],
  role: ["role", "name_key"],
  status: ["status", "name_key"],
  lastLogin: ["last_login_at"],
};

type Value = string | number;
type Sql = { sql: string; values: Value[] };
type Query = { organizationId: number; filters: [string, string][]; words: string[] };

export function listReads(db: BetterSqlite3.Database): (organizationId: number, state: State) => Found {
  const prepared = new Map<string, BetterSqlite3.Statement>();
  const ask = ({ sql, values }: Sql): Record<string, Value>[] => {
    let statement = prepared.get(sql);
    if (!statement) {
      statement = db.prepare(sql);
      prepared.set(sql, statement);
    }
    return statement.all(...values) as Record<string, Value>[];
  };
  return (organizationId, { search, role, status, sort, page: given }) => {
    const [, number = "1", page = ""] = /^(\d+)-(-?\d+)/.exec(given) ?? [];
    const key = sort.replace(/^-/, "") || "name";
    const backward = page.startsWith("-");
    const filters = Object.entries({ role, status }).filter(([, value]) => value);
    const columns = [...(sortColumns[key] ?? []), "id"].filter((column) => !filters.some(([name]) => name === column));
    const place = `select ${columns} from users where organization_id = +? and id = +?`;
    const [from] = page ? ask({ sql: place, values: [organizationId, Number(page.replace("-", ""))] }) : [];
    const query: Query = { organizationId, filters, words: searchWords(search) };
    const isSearched = filters.length + query.words.length > 0;
    const [found] = isSearched ? ask(some(query)) : [];
    const source = !found ? "users" : Number(found.count) <= few ? "ids" : "candidates";
    const isDescending = sort.startsWith("-") !== backward;
    const order = `order by ${columns.map((column) => `users.${column} ${isDescending ? "desc" : "asc"}`).join()}`;
    const names = columns.map((column) => `users.${column}`).join();
    const beyond: Sql = {
      sql: from ? `and (${names}) ${isDescending ? "<" : ">"} (${columns.map(() => "+?")})` : "",
      values: Object.values(from ?? {}),
    };
    const read = (users: Sql): Record<string, Value>[] => {
      const { sql, values } = matches(query, users);
      return ask({
        sql: `select ${userColumns.replace(/^id/, "users.id")} ${sql} ${beyond.sql} ${order} limit ${perPage + 1}`,
        values: [...values, ...beyond.values],
      });
    };
    const fromAll = usersFrom(query, source, String(found?.ids));
    const inOrder: Sql = {
      sql: `(select * from users where organization_id = +? ${beyond.sql} ${order} limit ${walked}) as users`,
      values: [organizationId, ...beyond.values],
    };
    let rows = read(source === "candidates" ? inOrder : fromAll);
    if (source === "candidates" && rows.length <= perPage) {
      const { sql, values } = candidates(query);
      const walk = `(select * from users where organization_id = +? and +id in (${sql})) as users`;
      rows = read({ sql: walk, values: [organizationId, ...values] });
    }
    const hasMore = rows.length > perPage;
    const users = rows.slice(0, perPage) as unknown as User[];
    if (backward) users.reverse();
    const counted = (): number => {
      const { sql, values } = matches(query, fromAll);
      return Number(ask({ sql: `select count(*) n from (select 1 ${sql} limit ${countedTo + 1})`, values })[0]?.n);
    };
    const [first, last] = [users[0], users.at(-1)];
    return {
      users,
      count: !page && !hasMore ? users.length : counted(),
      previous: first && (backward ? hasMore : from) ? `${Number(number) - 1}--${first.id}` : "",
      next: last && (backward || hasMore) ? `${Number(number) + 1}-${last.id}` : "",
    };
  };
}

function candidates({ organizationId, filters, words }: Query): Sql {
  const filter = filters.map(([, value]) => value).join("");
  const groups = words.flatMap((word) => {
    const letters = [...word];
    return letters.length < 3 ? word : letters.slice(2).map((_, at) => letters.slice(at, at + 3).join(""));
  });
  const terms = [...(filter ? [`Æ${filter}`] : []), ...[...new Set(groups)].slice(0, 8)];
  const organization = organizationId.toString(16).padStart(8, "0");
  const quoted = (term: string): string => `"${organization}${term.replaceAll('"', '""')}"`;
  return {
    sql: "select rowid as id from users_search where users_search match +?",
    values: [terms.map((term) => `${quoted(term)}${[...term].length < 3 ? " *" : ""}`).join(" AND ")],
  };
}

function some(query: Query): Sql {
  const { sql, values } = candidates(query);
  return { sql: `select count(*) count, json_group_array(id) ids from (${sql} limit ${few + 1})`, values };
}

function usersFrom(query: Query, source: "users" | "ids" | "candidates", ids: string): Sql {
  if (source === "users") return { sql: "users", values: [] };
  const { sql, values } =
    source === "ids" ? { sql: "select value as id from json_each(+?)", values: [ids] } : candidates(query);
  return { sql: `(${sql}) as found cross join users on users.id = found.id`, values };
}

function matches({ organizationId, filters, words }: Query, from: Sql): Sql {
  const conditions = [
    "users.organization_id = +?",
    ...filters.map(([name]) => `users.${name} = +?`),
    ...words.map(() => "instr(users.search_text, +?) > 0"),
  ];
  return {
    sql: `from ${from.sql} where ${conditions.join(" and ")}`,
    values: [...from.values, organizationId, ...filters.map(([, value]) => value), ...words],
  };
}
