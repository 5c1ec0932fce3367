import type BetterSqlite3 from "better-sqlite3";
import { en } from "../../src/words/en.ts";
import { type Frame, filler, page } from "./bare-pages.ts";
import type { User } from "./bare-queries.ts";
import { countedTo, type Found, listReads, type State } from "./bare-reads.ts";
import { avatar, esc, time } from "./bare-text.ts";

const path = "/admin/managers";
const columnNames: [key: string, name: string][] = [
  ["name", "Name"],
  ["email", "Email"],
  ["role", "Role"],
  ["status", "Status"],
  ["lastLogin", "Last login"],
];

/** The Managers page. */
export function listPage(db: BetterSqlite3.Database): (frame: Frame, query: URLSearchParams) => string {
  const read = listReads(db);
  return (frame, query) => {
    const text = (name: string): string => query.get(name) ?? "";
    const [role, status, sort, page] = [text("role"), text("status"), text("sort"), text("page")];
    const state = { search: text("search").trim(), role, status, sort, page };
    return html(frame, state, read(frame.me.organizationId, state));
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

/** What every address in a row contains: the list that the row belongs to. */
function trailOf({ role, status, sort, page, search }: State): string {
  const [number = ""] = page.split("-");
  const shown = Number(number) > 20 ? page : number;
  const said = [role.slice(0, 3), status.slice(0, 3), sort.slice(0, sort.startsWith("-") ? 4 : 3), shown, search];
  const list = said.slice(0, said.findLastIndex(Boolean) + 1).join(".");
  return list && `?${new URLSearchParams({ list })}`;
}

function row(user: User, index: number, trail: string): string {
  const { id, firstName, lastName, email, role, status, lastLoginAt } = user;
  return `<tr>
<th><input type="checkbox" name="selected" value="${id}" aria-label="Select ${esc(`${firstName} ${lastName}`)}">${avatar(user, "/small")} <a id="p${index}" href="${path}/${id}${trail}"><bdi>${esc(`${firstName} ${lastName}`)}</bdi></a></th>
<td>${email}</td><td>${en.roles[role]}</td><td class="pill${status === "active" ? "" : " is-inactive"}">${status}</td><td>${time(lastLoginAt)}</td>
<td><a href="${path}/${id}/status${trail}" aria-describedby="p${index}">${status === "active" ? "Deactivate" : "Activate"}</a></td>
</tr>${fillers.row}`;
}

const quickLinks: [name: string, to: { role: string; status: string }][] = [
  ["All", { role: "", status: "" }],
  ["Active", { role: "", status: "active" }],
  ["Inactive", { role: "", status: "inactive" }],
  ["Invited", { role: "", status: "invited" }],
  ["Admins", { role: "admin", status: "" }],
];

const fillers = { list: filler("list"), row: filler("row"), nobody: filler("nobody") };

const option = (value: string, name: string, chosen: string): string =>
  `<option value="${value}"${value === chosen ? " selected" : ""}>${name}</option>`;

function html(frame: Frame, state: State, { users, count, previous, next }: Found): string {
  const words = count > countedTo ? "more than 1,000" : count.toLocaleString("en");
  const roles = Object.entries(en.roles).map(([value, name]) => option(value, name, state.role));
  const statuses = [option("active", "Active", state.status), option("inactive", "Inactive", state.status)];
  const turn = (to: string, words: string): string => `<a class="button" href="${to}">${words}</a>`;
  const trail = trailOf(state);
  const links = quickLinks.map(([name, to]) => `<a href="${address({ ...state, ...to }, state.sort)}">${name}</a>`);
  const all = address(state, state.sort);
  return page(
    "Managers",
    frame,
    `<h1>Managers</h1> ${words} user${count === 1 ? "" : "s"}<a href="${path}/new${trail}">Create user</a>${links.join("")}
<form><input name="search" value="${esc(state.search)}"><select name="role">${roles.join("")}</select><select name="status">${statuses.join("")}</select>
${state.sort && `<input type="hidden" name="sort" value="${esc(state.sort)}">`}</form>
${users.length === 0 ? `No user matches “<bdi>${esc(state.search)}</bdi>”.${fillers.nobody}` : columnNames.map((column) => heading(state, column)).join("")}
${users.length === 0 ? "" : `<a href="${all}">Export</a><input type="checkbox" name="all" value="${all}">${fillers.list}`}
<span class="count">${1 + (Number.parseInt(state.page || "1", 10) - 1) * 50} of ${words}</span><table>${users.map((user, index) => row(user, index, trail)).join("")}</table>
${state.page ? turn(address(state, state.sort), "First page") : ""}
${previous ? turn(address(state, state.sort, previous), "Previous page") : ""}
${next ? turn(address(state, state.sort, next), "Next page") : ""}`,
  );
}
