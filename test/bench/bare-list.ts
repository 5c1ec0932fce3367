import type BetterSqlite3 from "better-sqlite3";
import { roleNames } from "../../src/roles/roles.ts";
import { searchWords } from "../../src/users/search-text.ts";
import { type Frame, page } from "./bare-pages.ts";
import { type User, userColumns } from "./bare-queries.ts";
import { avatar, esc, icon, pill, time } from "./bare-text.ts";

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
type Position = [values: string[], id: number, backward: boolean];
type State = { search: string; role: string; status: string; sort: string; page: string };

function conditions(organizationId: number, { search, role, status }: State): [sql: string, values: Value[]] {
  let sql = "organization_id = ?";
  const values: Value[] = [organizationId];
  if (role) {
    sql += " and role = ?";
    values.push(role);
  }
  if (status) {
    sql += " and status = ?";
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
    const from: Position | undefined = state.page
      ? JSON.parse(Buffer.from(state.page, "base64url").toString())
      : undefined;
    const columns = [...(sortColumns[key] ?? []), "id"];
    const backwards = isDescending !== (from?.[2] ?? false);
    const [where, values] = conditions(frame.me.organizationId, state);
    const order = columns.map((column) => `${column} ${backwards ? "desc" : "asc"}`).join(", ");
    const beyond = from
      ? ` and (${columns.join(", ")}) ${backwards ? "<" : ">"} (${columns.map(() => "?").join(", ")})`
      : "";
    const sql = `select ${userColumns} from users where ${where}${beyond} order by ${order} limit ${perPage + 1}`;
    const found = all(sql, from ? [...values, ...from[0], from[1]] : values) as User[];
    const [counted] = all(
      `select count(*) count from (select id from users where ${where} limit ${countedTo + 1})`,
      values,
    );
    const users = found.slice(0, perPage);
    if (from?.[2]) users.reverse();
    const hasMore = found.length > perPage;
    const place = (user: User | undefined, backward: boolean): string => {
      if (!user) return "";
      const sorted: Record<string, string[]> = {
        name: [user.nameKey],
        email: [user.email],
        role: [user.role, user.nameKey],
        status: [user.status, user.nameKey],
        lastLogin: [user.lastLoginAt],
      };
      return Buffer.from(JSON.stringify([sorted[key], user.id, backward])).toString("base64url");
    };
    return html(frame, state, {
      users,
      count: (counted as { count: number }).count,
      previous: (from?.[2] ? hasMore : from) ? place(users[0], true) : "",
      next: from?.[2] || hasMore ? place(users.at(-1), false) : "",
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
  const mark = isCurrent ? `<span aria-hidden="true"> ${isDescending ? "↓" : "↑"}</span>` : "";
  const to = address(state, isCurrent && !isDescending ? `-${key}` : key);
  return `\n<th scope="col" role="columnheader"${sorted}><a href="${to}">${name}${mark}</a></th>\n`;
}

function row(user: User, index: number): string {
  const { id, firstName, lastName, email, role, status, lastLoginAt } = user;
  return `
<tr role="row">
<th scope="row" role="rowheader"><span class="person">${avatar(user, "small")} <a id="person-${index}" href="${path}/${id}"><bdi>${esc(`${firstName} ${lastName}`)}</bdi></a></span></th>
<td role="cell" class="email" data-label="Email">${email}</td>
<td role="cell" data-label="Role">${roleNames[role]}</td>
<td role="cell" class="status" data-label="Status">${pill(status)}</td>
<td role="cell" data-label="Last login">${time(lastLoginAt)}</td>
<td role="cell" class="action"><a href="${path}/${id}/status" aria-describedby="person-${index}">${status === "active" ? "Deactivate" : "Activate"}</a></td>
</tr>
`;
}

const option = (value: string, name: string, chosen: string): string =>
  `<option value="${value}"${value === chosen ? " selected" : ""}>${name}</option>`;

type Found = { users: User[]; count: number; previous: string; next: string };

function html(frame: Frame, state: State, { users, count, previous, next }: Found): string {
  const words =
    count > countedTo ? "more than 1,000 users" : `${count.toLocaleString("en")} user${count === 1 ? "" : "s"}`;
  const isFiltered = state.search || state.role || state.status;
  const roles = Object.entries(roleNames).map(([value, name]) => option(value, name, state.role));
  const statuses = [option("active", "Active", state.status), option("inactive", "Inactive", state.status)];
  const button = (to: string, words: string, rel = ""): string => `<a class="button"${rel} href="${to}">${words}</a>`;
  const paging = `${state.page ? button(address(state, state.sort), "First page") : ""}
${previous ? button(address(state, state.sort, previous), "Previous page", ' rel="prev"') : ""}
${next ? button(address(state, state.sort, next), "Next page", ' rel="next"') : ""}`;
  const table = `
<table class="stacking users" role="table">
<caption class="visually-hidden">Users of the organization</caption>
<thead role="rowgroup"><tr role="row">
${columnNames.map((column) => heading(state, column)).join("")}
<th scope="col" role="columnheader">Action</th>
</tr></thead>
<tbody role="rowgroup">
${users.map(row).join("")}
</tbody>
</table>
`;
  const nobody = `
<div class="empty">
${icon("M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9M10.5 10.5 14 14")}

<p class="empty-heading">No user matches “<bdi>${esc(state.search)}</bdi>” with these filters.</p>
<p><a class="button" href="${path}">Show all users</a></p>

</div>
`;
  return page(
    "Managers",
    frame,
    `<div class="heading-row">
<h1>Managers</h1> <span class="count">${words}</span>
<a class="button is-primary" href="${path}/new">${icon("M8 3v10M3 8h10")}Create user</a>
</div>
<form class="filters" method="get" action="${path}" role="search">
<div class="field"><label for="search">Search</label><input id="search" name="search" type="search" dir="auto" value="${esc(state.search)}" placeholder="Name or e-mail" autocomplete="off" maxlength="200"></div>
<div class="field"><label for="role">Role</label><select id="role" name="role"><option value="">All</option>${roles.join("")}</select></div>
<div class="field"><label for="status">Status</label><select id="status" name="status"><option value="">All</option>${statuses.join("")}</select></div>
${state.sort && `<input type="hidden" name="sort" value="${esc(state.sort)}">`}
<button class="button" type="submit">Search</button>
${isFiltered && `<a class="clear" href="${path}">Clear</a>`}
</form>
${users.length === 0 ? nobody : table}
${state.page || previous || next ? `\n<nav class="paging" aria-label="Pages">\n${paging}\n</nav>\n` : ""}`,
  );
}
