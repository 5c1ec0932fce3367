import { randomBytes } from "node:crypto";
import { permissionRows, roleNames } from "../../src/roles/roles.ts";
import { type Frame, input, page, tokenField } from "./bare-pages.ts";
import type { HistoryRow, Profile, User } from "./bare-queries.ts";
import { avatar, esc, pill, time } from "./bare-text.ts";

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
  return `
<li>
<p class="history-what"><strong>${actionWords[action]}</strong></p>
${list && `\n<ul class="changes">${list}</ul>\n`}
<p class="history-who">${by}${time(at)}${from}</p>
</li>
`;
}

const permissions = Object.fromEntries(
  (["admin", "manager", "member"] as const).map((role) => [
    role,
    permissionRows(role)
      .map(
        ({ feature, permission }) =>
          `\n<tr><th scope="row">${feature}</th><td${permission === "none" ? ' class="is-faint"' : ""}>${permission}</td></tr>\n`,
      )
      .join(""),
  ]),
);

const table = (label: string, names: string[]): string =>
  `<table class="stacking keys" role="table" aria-labelledby="${label}">
<thead role="rowgroup"><tr role="row">${names.map((name) => `<th scope="col" role="columnheader">${name}</th>`).join("")}</tr></thead>
<tbody role="rowgroup">
`;
const keyTable = table("api-keys", ["Name", "Scope", "Last used", "Expires", "Action"]);
const sessionTable = table("sessions", ["Browser", "Address", "First seen", "Last seen", "Action"]);

const section = (id: string, name: string, edit: string, body: string): string => `
<section class="card" aria-labelledby="${id}">
<div class="card-heading"><h2 id="${id}">${name}</h2>${edit && `<a href="${edit}">Edit<span class="visually-hidden"> ${name}</span></a>`}</div>
${body}
</section>`;

function keyRow(key: Profile["keys"][number], index: number, back: string): string {
  return `
<tr role="row">
<th scope="row" role="rowheader" id="key-${index}"><bdi>${esc(key.name)}</bdi><br><code>${key.start}…</code><br><span class="address is-faint">created ${time(key.createdAt)}</span></th>
<td role="cell" data-label="Scope">${key.scope === "read" ? "Read" : "Read and write"}</td>
<td role="cell" data-label="Last used">${time(key.lastUsedAt)}${key.lastUsedAddress ? ` <span class="address is-faint">from ${key.lastUsedAddress}</span>` : ""}</td>
<td role="cell" data-label="Expires">${time(key.expiresAt)}</td>
<td role="cell" class="action"><a href="${back}/api-keys/${key.id}/rotate" aria-describedby="key-${index}">Rotate</a> <a href="${back}/api-keys/${key.id}/revoke" aria-describedby="key-${index}">Revoke</a></td>
</tr>
`;
}

function sessionRow({ name, address, createdAt, lastSeenAt }: Profile["sessions"][number], at: RowPlace): string {
  return `
<tr role="row">
<th scope="row" role="rowheader" id="session-${at.index}">Firefox on Linux</th>
<td role="cell" data-label="Address" class="email">${address}</td>
<td role="cell" data-label="First seen">${time(createdAt)}</td>
<td role="cell" data-label="Last seen">${time(lastSeenAt)}</td>
<td role="cell" class="action"><form method="post" action="${at.back}/sessions/${name}/end">${tokenField(at.token)}<button class="button is-quiet" type="submit" aria-describedby="session-${at.index}">End</button></form></td>
</tr>
`;
}
type RowPlace = { index: number; back: string; token: string };

const options = (values: [value: string, name: string][], chosen: string): string =>
  values
    .map(([value, name]) => `<option value="${value}"${value === chosen ? " selected" : ""}>${name}</option>`)
    .join("");
const select = (name: string, label: string, body: string): string => `

<div class="field">
<label for="${name}">${label}</label>

<select id="${name}" name="${name}">
${body}
</select>
</div>
`;
const keySelects =
  select(
    "scope",
    "Scope",
    options(
      [
        ["read", "Read"],
        ["write", "Read and write"],
      ],
      "read",
    ),
  ) +
  select(
    "span",
    "Expires",
    options(
      [
        ["7", "in 7 days"],
        ["30", "in 30 days"],
        ["60", "in 60 days"],
        ["90", "in 90 days"],
        ["365", "in a year"],
        ["never", "never"],
      ],
      "90",
    ),
  );

/** The User profile of somebody else, without a hold and a second factor, which nobody has here. */
export function profilePage(frame: Frame, user: User, { keys, sessions, history }: Profile): string {
  const back = `/admin/managers/${user.id}`;
  const full = `${user.firstName} ${user.lastName}`;
  const name = esc(full);
  const role = roleNames[user.role];
  const token = tokenField(frame.token);
  const isActive = user.status === "active";
  const keyRows = keys.map((key, index) => keyRow(key, index, back)).join("");
  const sessionRows = sessions
    .map((session, index) => sessionRow(session, { index, back, token: frame.token }))
    .join("");
  return page(
    full,
    frame,
    `<p class="back"><a href="/admin/managers"><span aria-hidden="true">←</span> Managers</a></p>


<div class="person-header">
${avatar(user, "medium")}
<div>
<h1><bdi>${name}</bdi></h1>
<p class="badges"><span class="badge">${role}</span> ${pill(user.status)}</p>
</div>
</div>
<div class="columns">
<div class="cards">${section(
      "profile-heading",
      "Profile",
      "",
      `<div class="photo-row">
${avatar(user, "large")}

<form class="photo-form" method="post" action="${back}/photo" enctype="multipart/form-data" novalidate>
${token}

<div class="file-field"><label class="button" for="photo">Change photo</label>
<input id="photo" name="photo" type="file" accept="image/jpeg,image/png,image/webp,image/gif,image/avif" required aria-describedby="photo-hint"></div>
<p class="hint" id="photo-hint">JPEG, PNG, WebP, GIF or AVIF, up to 5 MB</p>
<p class="photo-buttons"><button class="button is-primary save-photo" type="submit">Save photo</button>${user.photoHash ? ' <button class="button is-quiet" type="submit" name="remove" value="yes" formnovalidate>Remove photo</button>' : ""}</p>
</form>

</div>
<dl>
<div><dt>Name</dt><dd><bdi>${name}</bdi></dd></div>
<div><dt>Role</dt><dd>${role}</dd></div>
<div><dt>Status</dt><dd>${pill(user.status)}</dd></div>
<div><dt>Since</dt><dd>${time(user.createdAt, { exact: true })}</dd></div>
<div><dt>Last login</dt><dd>${time(user.lastLoginAt, { exact: true })}</dd></div>
</dl>
`,
    )}${section(
      "personal-information-heading",
      "Personal Information",
      `${back}/personal-information`,
      `<dl>
<div><dt>First name</dt><dd><bdi>${esc(user.firstName)}</bdi></dd></div>
<div><dt>Last name</dt><dd><bdi>${esc(user.lastName)}</bdi></dd></div>
<div><dt>Email</dt><dd>${user.email}</dd></div>
</dl>`,
    )}${section(
      "roles-heading",
      "Roles and Permissions",
      `${back}/role`,
      `<dl><div><dt>Role</dt><dd>${role}</dd></div></dl>
<table class="permissions">
<caption class="visually-hidden">Permissions of the role ${role}</caption>
<thead><tr><th scope="col">Feature</th><th scope="col">Permissions</th></tr></thead>
<tbody>
${permissions[user.role]}
</tbody>
</table>
`,
    )}${section(
      "password-heading",
      "Password",
      `${back}/password`,
      "<p>A password is set. Nobody can read it, but an Admin can set a new one.</p>",
    )}${section(
      "api-keys",
      "API keys",
      "",
      `

${keyRows ? `${keyTable}${keyRows}\n</tbody>\n</table>\n` : `<p>No key yet. A program that has one acts as <bdi>${name}</bdi>, and never as more.</p>`}

<form class="key-form" method="post" action="${back}/api-keys" novalidate>
${token}
<input type="hidden" name="formId" value="${randomBytes(32).toString("base64url")}">
${input("name", "Name", `Key ${keys.length + 1}`)}${keySelects}
<button class="button" type="submit">Generate new key</button>
</form>
<p class="hint">A key may never do more than its owner. <a href="/api/docs">How to use the API</a></p>

`,
    )}${section(
      "extra-settings-heading",
      "Extra Settings",
      "",
      `
<div class="setting">
<p>This user is ${isActive ? "active and can log in" : "inactive and cannot log in. Nothing was deleted"}.</p>
<p><a class="button${isActive ? " is-danger-quiet" : ""}" href="${back}/status">${isActive ? "Deactivate" : "Activate"}</a></p>
</div>

`,
    )}${section("second-factor", "Second factor", "", "\n<p>Not set up. Everybody can set one up on their own page.</p>\n")}${section(
      "sessions",
      "Sessions",
      "",
      sessionRows
        ? `${sessionTable}${sessionRows}\n</tbody>\n</table>\n\n<form method="post" action="${back}/sessions/end">${token}<button class="button" type="submit">End all sessions</button></form>\n`
        : `\n\n<p>No open session: <bdi>${name}</bdi> is not logged in anywhere.</p>\n\n`,
    )}
</div>
<section class="card" aria-labelledby="history-heading">
<div class="card-heading"><h2 id="history-heading">History</h2>${history.length > 10 ? `<a href="/admin/activity?user=${user.id}">Show all<span class="visually-hidden"> history</span></a>` : ""}</div>

<ol class="history">
${history.slice(0, 10).map(historyItem).join("")}
</ol>


</section>
</div>`,
  );
}
