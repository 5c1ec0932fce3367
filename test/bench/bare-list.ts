import type BetterSqlite3 from "better-sqlite3";
import { roleNames } from "../../src/roles/roles.ts";
import { searchWords } from "../../src/users/search-text.ts";
import { type Frame, filler, page } from "./bare-pages.ts";
import { type User, userColumns } from "./bare-queries.ts";
import { avatar, esc, time } from "./bare-text.ts";

const path = "/admin/managers";
const perPage = 50;
const countedTo = 1_000;
const sortColumns: Record<string, string[]> = {
  name: ["name_key"],
  email: ["email"],
  role: ["role", "name_key"],
  status: ["status", "name_key"],
  lastLogin: ["last_login_at"],
};
const columnNames: [key: string, name: string][] = [
  ["name", "Name"],
  ["email", "Email"],
  ["role", "Role"],
  ["status", "Status"],
  ["lastLogin", "Last login"],
];

type Value = string | number;
type State = { search: string; role: string; status: string; sort: string; page: string };

function conditions(organizationId: number, { search, role, status }: State): [sql: string, values: Value[]] {
  let sql = "organization_id = +?";
  const values: Value[] = [organizationId];
  if (role) {
    sql += " and role = +?";
    values.push(role);
  }
  if (status) {
    sql += " and status = +?";
    values.push(status);
  }
  for (const word of searchWords(search)) {
    const letters = [...word];
    if (letters.length > 2) {
      sql += " and id in (select rowid from users_search where users_search match ?)";
      const grams = new Set(letters.slice(2).map((_, i) => letters.slice(i, i + 3).join("")));
      values.push([...grams].map((gram) => `"${gram.replaceAll('"', '""')}"`).join(" AND "));
    }
    sql += " and instr(search_text, ?) > 0";
    values.push(word);
  }
  return [sql, values];
}

/** The Managers page; each shape of its two queries is prepared once. */
export function listPage(db: BetterSqlite3.Database) {
  const prepared = new Map<string, BetterSqlite3.Statement>();
  const all = (sql: string, values: Value[]): unknown[] => {
    let statement = prepared.get(sql);
    if (!statement) {
      statement = db.prepare(sql);
      prepared.set(sql, statement);
    }
    return statement.all(...values);
  };

  return (frame: Frame, query: URLSearchParams): string => {
    const text = (name: string): string => query.get(name) ?? "";
    const state = {
      search: text("search").trim(),
      role: text("role"),
      status: text("status"),
      sort: text("sort"),
      page: text("page"),
    };
    const key = state.sort.replace(/^-/, "") || "name";
    const isDescending = state.sort.startsWith("-");
    const backward = state.page.startsWith("-");
    const columns = [...(sortColumns[key] ?? []), "id"];
    const isReversed = isDescending !== backward;
    const [from] = state.page
      ? (all(`select ${columns.join(", ")} from users where organization_id = ? and id = ?`, [
          frame.me.organizationId,
          Number(state.page.replace("-", "")),
        ]) as Record<string, Value>[])
      : [];
    const [where, values] = conditions(frame.me.organizationId, state);
    const order = columns.map((column) => `${column} ${isReversed ? "desc" : "asc"}`).join(", ");
    const beyond = from
      ? ` and (${columns.join(", ")}) ${isReversed ? "<" : ">"} (${columns.map(() => "+?").join(", ")})`
      : "";
    const sql = `select ${userColumns} from users where ${where}${beyond} order by ${order} limit ${perPage + 1}`;
    const found = all(sql, from ? [...values, ...Object.values(from)] : values) as User[];
    const [counted] = all(
      `select count(*) count from (select id from users where ${where} limit ${countedTo + 1})`,
      values,
    );
    const users = found.slice(0, perPage);
    if (backward) users.reverse();
    const hasMore = found.length > perPage;
    const [first, last] = [users[0], users.at(-1)];
    return html(frame, state, {
      users,
      count: (counted as { count: number }).count,
      previous: first && (backward ? hasMore : from) ? `-${first.id}` : "",
      next: last && (backward || hasMore) ? String(last.id) : "",
    });
  };
}

function address({ search, role, status }: State, sort: string, position = ""): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ search, role, status, sort, page: position })) {
    if (value) query.set(name, value);
  }
  const text = query.toString();
  return esc(text ? `${path}?${text}` : path);
}

function heading(state: State, [key, name]: (typeof columnNames)[number]): string {
  const isCurrent = (state.sort.replace(/^-/, "") || "name") === key;
  const isDescending = state.sort.startsWith("-");
  const sorted = isCurrent ? ` aria-sort="${isDescending ? "descending" : "ascending"}"` : "";
  const to = address(state, isCurrent && !isDescending ? `-${key}` : key);
  return `<th scope="col"${sorted}><a href="${to}">${name}</a></th>`;
}

/** What stands in every address of a row: the list that it belongs to. */
function trailOf({ role, status, sort, page, search }: State): string {
  const said = [role.slice(0, 2), status.slice(0, 2), sort.slice(0, sort.startsWith("-") ? 3 : 2), page, search];
  const list = said.slice(0, said.findLastIndex(Boolean) + 1).join(".");
  return list && `?${new URLSearchParams({ list })}`;
}

function row(user: User, index: number, trail: string): string {
  const { id, firstName, lastName, email, role, status, lastLoginAt } = user;
  return `<tr>
<th>${avatar(user, "/small")} <a id="p${index}" href="${path}/${id}${trail}"><bdi>${esc(`${firstName} ${lastName}`)}</bdi></a></th>
<td>${email}</td><td>${roleNames[role]}</td><td>${status}</td><td>${time(lastLoginAt)}</td>
<td><a href="${path}/${id}/status${trail}" aria-describedby="p${index}">${status === "active" ? "Deactivate" : "Activate"}</a></td>
</tr>${fillers.row}`;
}

const fillers = { list: filler("list"), row: filler("row"), nobody: filler("nobody") };

const option = (value: string, name: string, chosen: string): string =>
  `<option value="${value}"${value === chosen ? " selected" : ""}>${name}</option>`;

type Found = { users: User[]; count: number; previous: string; next: string };

function html(frame: Frame, state: State, { users, count, previous, next }: Found): string {
  const words = count > countedTo ? "more than 1,000" : count.toLocaleString("en");
  const roles = Object.entries(roleNames).map(([value, name]) => option(value, name, state.role));
  const statuses = [option("active", "Active", state.status), option("inactive", "Inactive", state.status)];
  const turn = (to: string, words: string): string => `<a class="button" href="${to}">${words}</a>`;
  const trail = trailOf(state);
  return page(
    "Managers",
    frame,
    `<h1>Managers</h1> ${words} user${count === 1 ? "" : "s"}
<form><input name="search" value="${esc(state.search)}"><select name="role">${roles.join("")}</select><select name="status">${statuses.join("")}</select>
${state.sort && `<input type="hidden" name="sort" value="${esc(state.sort)}">`}</form>
${users.length === 0 ? `No user matches “<bdi>${esc(state.search)}</bdi>”.${fillers.nobody}` : columnNames.map((column) => heading(state, column)).join("")}
<table>${users.map((user, index) => row(user, index, trail)).join("")}</table>
${state.page ? turn(address(state, state.sort), "First page") : ""}
${previous ? turn(address(state, state.sort, previous), "Previous page") : ""}
${next ? turn(address(state, state.sort, next), "Next page") : ""}${fillers.list}`,
  );
}
