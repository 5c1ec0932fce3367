import { type Permissions, permissionTable } from "../../src/roles/roles.ts";
import { en } from "../../src/words/en.ts";
import type { HistoryRow, Profile, User } from "./bare-queries.ts";
import { avatar, esc, time } from "./bare-text.ts";

// Roster's pages by string concatenation: everything in them that differs between requests, and filler for the rest,
// which is constant text to a server. So they stay as long as Roster's while its pages change.

/** The bytes of constant text in each kind of page and in a row of the list. */
export type Fillers = Record<"list" | "row" | "nobody" | "profile" | "form" | "logIn", number>;

const lengths: Partial<Fillers> = JSON.parse(process.env.FILLERS ?? "{}");

export function filler(kind: keyof Fillers): string {
  return "<!-- as long as Roster's own -->".repeat(1_000).slice(0, Math.max(0, lengths[kind] ?? 0));
}

const fillers = { profile: filler("profile"), form: filler("form"), logIn: filler("logIn") };

/** What surrounds every page. */
export type Frame = { me: User; organization: string; token: string; notice: boolean };

const tokenField = (token: string): string => `<input type="hidden" name="_csrf" value="${token}">`;
const button = (action: string, token: string): string =>
  `<form method="post" action="${action}">${tokenField(token)}<button type="submit">Send</button></form>`;
const input = (name: string, value: string): string => `<input name="${name}" value="${esc(value)}">`;

export function page(title: string, { me, organization, token, notice }: Frame, main: string): string {
  return `<!doctype html>
<title>${esc(title)} – Roster</title>
<bdi>${esc(organization)}</bdi>
${avatar(me)} <bdi>${esc(`${me.firstName} ${me.lastName}`)}</bdi>
${button("/logout", token)}
${notice ? "<p>Personal information saved.</p>" : ""}
${main}
`;
}

export const logInPage = (token: string): string =>
  `<!doctype html>\n<form method="post">${tokenField(token)}${input("email", "")}${input("password", "")}</form>${fillers.logIn}`;

export function personalInformationPage(frame: Frame, user: User): string {
  const { id, firstName, lastName, email, version } = user;
  return page(
    "Edit personal information",
    frame,
    `<a href="/admin/managers/${id}"><bdi>${esc(`${firstName} ${lastName}`)}</bdi></a>
<form method="post" novalidate>${tokenField(frame.token)}${input("version", String(version))}${input("firstName", firstName)}${input("lastName", lastName)}${input("email", email)}</form>
<a href="/admin/managers/${id}">Cancel</a>${fillers.form}`,
  );
}

const actionWords: Record<string, string> = {
  "user.created": "User created",
  "user.logged-in": "Logged in",
  "role.updated": "Role changed",
  "photo.updated": "Photo changed",
  "password.updated": "Password changed",
  "status.updated": "Status changed",
  "personal-information.updated": "Personal information changed",
};
const fieldNames: Record<string, string> = {
  firstName: "First name",
  lastName: "Last name",
  email: "Email",
  role: "Role",
  status: "Status",
};

function historyItem(row: HistoryRow): string {
  const { at, action, changes, actorId, actorFirst, actorLast, subjectId, address, browser } = row;
  const changed: [string, { before: string | null; after: string | null }][] = Object.entries(JSON.parse(changes));
  let list = "";
  for (const [field, { before, after }] of changed) {
    list += `<li><span class="change-field">${fieldNames[field]}:</span> `;
    if (before) {
      list += `<del><bdi>${esc(before)}</bdi></del> <span aria-hidden="true">→</span><span class="visually-hidden"> became </span> `;
    }
    list += `<ins><bdi>${esc(after ?? "")}</bdi></ins></li>`;
  }
  const by =
    actorId === subjectId
      ? ""
      : `by <a href="/admin/managers/${actorId}"><bdi>${esc(`${actorFirst} ${actorLast}`)}</bdi></a>, `;
  const from = address
    ? `, <span class="from" title="${esc(browser ?? "")}">from ${address}, Firefox on Linux</span>`
    : "";
  return `<li>
<p class="history-what"><strong>${actionWords[action]}</strong></p>
${list && `\n<ul class="changes">${list}</ul>\n`}
<p class="history-who">${by}${time(at)}${from}</p>
</li>
`;
}

const permissionCells = (permissions: Permissions): string =>
  Object.entries(permissions)
    .map(([feature, granted]) => `<tr><th>${feature}</th><td>${granted.join(", ") || "none"}</td></tr>`)
    .join("");
const permissions = {
  admin: permissionCells(permissionTable.admin),
  manager: permissionCells(permissionTable.manager),
  member: permissionCells(permissionTable.member),
};

function keyRow({ id, name, start, scope, ...key }: Profile["keys"][number], back: string): string {
  return `<tr>
<th scope="row" id="key-0"><bdi>${esc(name)}</bdi><br><code>${start}…</code><br><span class="address is-faint">created ${time(key.createdAt)}</span></th>
<td class="scope" data-label="Scope">${scope === "read" ? "Read" : "Read and write"}</td>
<td class="last-used" data-label="Last used">${time(key.lastUsedAt)} <span class="address is-faint">from ${esc(key.lastUsedAddress ?? "")}</span></td>
<td data-label="Expires">${time(key.expiresAt)}</td>
<td class="action"><a href="${back}/api-keys/${id}/rotate" aria-describedby="key-0">Rotate</a> <a href="${back}/api-keys/${id}/revoke" aria-describedby="key-0">Revoke</a></td>
</tr>
`;
}

function sessionRow({ name, address, createdAt, lastSeenAt }: Profile["sessions"][number], back: string): string {
  return `<tr><th>Firefox on Linux</th><td>${address}</td><td>${time(createdAt)}</td><td>${time(lastSeenAt)}</td><td>${back}/sessions/${name}/end</td></tr>`;
}

/** The User profile of someone else, without a lockout and a second factor, which no user has here. */
export function profilePage(frame: Frame, user: User, { keys, sessions, history }: Profile): string {
  const back = `/admin/managers/${user.id}`;
  const full = `${user.firstName} ${user.lastName}`;
  const name = esc(full);
  const role = en.roles[user.role];
  return page(
    full,
    frame,
    `${avatar(user)}
<h1><bdi>${name}</bdi></h1> ${role} ${user.status}
${avatar(user)}
${button(`${back}/photo`, frame.token)}
<dl><dd>${name}</dd><dd>${role}</dd><dd>${user.status}</dd><dd>${time(user.createdAt, { exact: true })}</dd><dd>${time(user.lastLoginAt, { exact: true })}</dd></dl>
<a href="${back}/personal-information">Edit</a>
<dl><dd>${esc(user.firstName)}</dd><dd>${esc(user.lastName)}</dd><dd>${user.email}</dd></dl>
<a href="${back}/role">Edit</a> ${role} <table>${permissions[user.role]}</table>
<a href="${back}/password">Edit</a>
${keys.map((key) => keyRow(key, back)).join("")}
<form method="post" action="${back}/api-keys">${tokenField(frame.token)}${input("name", `Key ${keys.length + 1}`)}</form>
<a href="${back}/status">${user.status === "active" ? "Deactivate" : "Activate"}</a>
${sessions.length > 0 ? sessions.map((session) => sessionRow(session, back)).join("") : `<bdi>${name}</bdi> is not logged in anywhere.`}
<ol>${history.slice(0, 10).map(historyItem).join("")}</ol>${fillers.profile}`,
  );
}
