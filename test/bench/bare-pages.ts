import { stylesheet } from "../../src/web/static.ts";
import type { User } from "./bare-queries.ts";
import { avatar, esc, icon } from "./bare-text.ts";

// Roster's pages by string concatenation. bare-check.ts says when they are no longer as long as Roster's.

/** What stands around every page. */
export type Frame = { me: User; organization: string; token: string; notice: boolean };

const menu: [address: string, name: string, path: string][] = [
  [
    "/admin/managers",
    "Managers",
    "M6 2.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5M1.5 13.5v-.5a4.5 4.5 0 0 1 9 0v.5M10.5 2.8a2.5 2.5 0 0 1 0 4.4M12.5 9.5a4.5 4.5 0 0 1 2 3.5v.5",
  ],
  ["/admin/activity", "Activity", "M1.5 8H4l2-5.5 4 11L12 8h2.5"],
  ["/admin/organization", "Organization", "M2.5 14V2.5h7V14M9.5 6h4v8M1 14h14M5 5.5h2M5 8h2M5 10.5h2"],
];

const head = (title: string, bodyClass: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Roster</title>
<link rel="stylesheet" href="${stylesheet}">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
</head>
<body class="${bodyClass}">
<div class="page">
<a class="skip-link" href="#main">Skip to the content</a>
<header class="top-bar">
<a class="brand" href="/"><svg class="mark" width="24" height="24" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" fill="#1f5fbf"/><circle cx="16" cy="12" r="5" fill="#fff"/><path d="M6 27a10 9 0 0 1 20 0z" fill="#fff"/></svg><bdi class="brand-name">`;

const menuHtml = `</bdi></a>

<nav class="main-menu" aria-label="Main Menu">
<details>
<summary>${icon("M2 4.5h12M2 8h12M2 11.5h12")}<span>Menu</span></summary>
<div class="main-menu-body">
<h2 class="main-menu-heading">Admin</h2>
<ul>
${menu
  .map(
    ([address, name, path], index) => `
<li><a href="${address}"${index === 0 ? ' aria-current="page"' : ""}>${icon(path)}${name}</a></li>
`,
  )
  .join("")}
</ul>
</div>
</details>
</nav>

<div class="me">
<a class="me-link" href="/profile">`;

const bottom = `

</main>
</div>

</body>
</html>
`;

export const tokenField = (token: string): string => `<input type="hidden" name="_csrf" value="${token}">`;

export function page(title: string, { me, organization, token, notice }: Frame, main: string): string {
  return `${head(esc(title), "has-menu")}${esc(organization)}${menuHtml}${avatar(me, "small")} <bdi class="me-name">${esc(`${me.firstName} ${me.lastName}`)}</bdi></a>
<form method="post" action="/logout">${tokenField(token)}<button class="button is-quiet" type="submit">Log out</button></form>
</div>

</header>
<main id="main" tabindex="-1">
${notice ? `\n<p class="notice" role="status">${icon("M3 8.5 6.5 12 13 4.5")}<span>Personal information saved.</span></p>` : ""}
${main}${bottom}`;
}

export function input(
  name: string,
  label: string,
  value: string,
  more = `type="text" dir="auto" autocomplete="off"`,
): string {
  return `

<div class="field">
<label for="${name}">${label}</label>

<input id="${name}" name="${name}" ${more} value="${esc(value)}" required>
</div>
`;
}

const emailKind = (autocomplete: string): string =>
  `type="email" dir="auto" autocomplete="${autocomplete}" inputmode="email" autocapitalize="none" spellcheck="false"`;

export function logInPage(token: string): string {
  return `${head("Log in", "is-visitor")}Roster</bdi></a>

</header>
<main id="main" tabindex="-1">

<div class="narrow">
<h1>Log in</h1>

<form method="post" novalidate>
${tokenField(token)}
${input("email", "Email", "", `${emailKind("username")} autofocus`)}${input("password", "Password", "", 'type="password" dir="auto" autocomplete="current-password"')}
<p class="actions"><button class="button is-primary" type="submit">Log in</button> <a href="/forgot-password">Forgot password?</a></p>
</form>
</div>${bottom}`;
}

export function personalInformationPage(frame: Frame, user: User): string {
  const name = esc(`${user.firstName} ${user.lastName}`);
  return page(
    "Edit personal information",
    frame,
    `<p class="back"><a href="/admin/managers/${user.id}"><span aria-hidden="true">←</span> <bdi>${name}</bdi></a></p>


<h1>Edit personal information</h1>
<form class="form" method="post" novalidate>
${tokenField(frame.token)}
<input type="hidden" name="version" value="${user.version}">

<div class="field-pair">
${input("firstName", "First name", user.firstName)}${input("lastName", "Last name", user.lastName)}
</div>
${input("email", "Email", user.email, emailKind("off"))}
<p class="actions"><button class="button is-primary" type="submit">Save changes</button> <a href="/admin/managers/${user.id}">Cancel</a></p>
</form>`,
  );
}
