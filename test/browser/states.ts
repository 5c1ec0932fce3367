import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { dayIn } from "../../src/platform/time.ts";
import { deleteSecondFactor } from "../../src/second-factor/queries.ts";
import { clickAndLoad } from "../support/browser.ts";
import { triesFor } from "../support/guessing.ts";
import { giveResetLink, password } from "../support/people.ts";
import { codeFor, shownSecret } from "../support/second-factor.ts";
import { logIn as logInElsewhere } from "../support/visitor.ts";
import { asked, beginner, coder, olga, type Populated, unsure, withoutCode } from "./populated.ts";

/** A page in a state: who opens it (by default a visitor), and how to get there. */
export type State = { name: string; as?: string; open: Visit };
type Visit = (page: Page, roster: Populated) => Promise<unknown>;
type Fill = Record<string, string>;
/** An address, if it is the same for everyone, or how to find it. */
type Path = string | ((roster: Populated) => string);

const [ada, max, mia, eve] = ["ada@example.com", "max@example.com", "mia@example.com", "eve@example.com"];
const typedTwice = { "New password": "copper lantern drizzle", "Confirm new password": "copper lantern drizzle" };

const of =
  (name: "ada" | "max" | "mia" | "ian" | "eve", part = "") =>
  ({ people }: Populated): string =>
    `/admin/managers/${people[name].id}${part}`;
const adas = (part = "") => of("ada", part);
const zoes =
  (part = "") =>
  ({ zoe }: Populated): string =>
    `/admin/managers/${zoe.id}${part}`;

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const at =
  (path: Path): Visit =>
  (page, roster) =>
    page.goto(typeof path === "string" ? path : path(roster));
const press =
  (path: Path, name: string, fill: Fill = {}): Visit =>
  async (page, roster) => {
    await at(path)(page, roster);
    for (const [label, value] of Object.entries(fill)) await page.getByLabel(label, { exact: true }).fill(value);
    await clickAndLoad(button(page, name));
  };
/** One after the other. */
const then =
  (...visits: Visit[]): Visit =>
  async (page, roster) => {
    for (const visit of visits) await visit(page, roster);
  };
/** Follows the first such link of the page or row. */
const follow =
  (name: string, row?: string): Visit =>
  async (page) => {
    const place = row ? page.getByRole("row", { name: row }) : page;
    await clickAndLoad(place.getByRole("link", { name, exact: true }).first());
  };
const followButton =
  (name: string): Visit =>
  async (page) =>
    clickAndLoad(page.getByRole("button", { name, exact: true }));
/** A file of this size, by its path: Playwright is slow with buffers. */
const choose =
  (size: number): Visit =>
  async (page, { dataDir }) => {
    const path = join(dataDir, "no-photo.jpg");
    writeFileSync(path, Buffer.alloc(size, "no photo"));
    await page.getByLabel("Change photo").setInputFiles(path);
  };
const savePhoto: Visit = (page) => clickAndLoad(button(page, "Save photo"));
const openDetails =
  (words: string, width = 1280): Visit =>
  async (page) => {
    await page.setViewportSize({ width, height: 800 });
    await page.locator("summary", { hasText: words }).click();
  };

export async function logIn(page: Page, email: string, roster: Populated): Promise<void> {
  await press("/login", "Log in", { Email: email, Password: password })(page, roster);
  if (email === coder) await press("/second-factor", "Log in", { Code: await roster.coded.code() })(page, roster);
}

/** What visitors see: logging in, forgotten and new passwords, codes. */
function logInPages(): State[] {
  const linkFor =
    (email: string, visit: (link: string) => Visit): Visit =>
    async (page, roster) => {
      const { id } = await roster.db("users").where({ email }).first("id");
      await visit(await giveResetLink(roster, { id }))(page, roster);
    };
  /** Too many tries, for an email that no other state uses. */
  const tooMany: Visit = async (page, roster) => {
    await triesFor(roster, "guessed@example.com", 5);
    await press("/login", "Log in", { Email: "guessed@example.com", Password: "guess" })(page, roster);
  };
  return [
    { name: "log-in", open: at("/login") },
    { name: "log-in-refused", open: press("/login", "Log in", { Email: ada, Password: "wrong" }) },
    { name: "log-in-empty", open: press("/login", "Log in") },
    { name: "log-in-too-many-tries", open: tooMany },
    { name: "forgot-password", open: at("/forgot-password") },
    { name: "forgot-password-refused", open: press("/forgot-password", "Send reset link", { Email: "ada" }) },
    { name: "forgot-password-sent", open: press("/forgot-password", "Send reset link", { Email: "no@example.com" }) },
    { name: "reset-password", open: linkFor(mia, at) },
    {
      name: "reset-password-refused",
      open: linkFor(mia, (link) => press(link, "Save password", { "New password": "passwordpassword" })),
    },
    { name: "reset-password-with-code", open: linkFor("zoe@example.com", at) },
    { name: "reset-link-dead", open: at("/reset-password/nonsense") },
    { name: "invitation", open: at(({ invited }) => invited.page) },
    {
      name: "invitation-refused",
      open: press(({ invited }) => invited.page, "Save password", { "New password": "short" }),
    },
    { name: "invitation-dead", open: at("/invitation/nonsense") },
    { name: "new-password", as: asked, open: at("/new-password") },
    {
      name: "new-password-refused",
      as: asked,
      open: press("/new-password", "Save password", { "New password": "short" }),
    },
    { name: "code", as: withoutCode, open: at("/second-factor") },
    { name: "code-refused", as: withoutCode, open: press("/second-factor", "Log in", { Code: "" }) },
    { name: "not-found-visitor", open: at("/nowhere") },
  ];
}

/** Selects the first five people of the page. */
const tick: Visit = async (page) => {
  for (const box of (await page.locator('input[name="selected"]').all()).slice(0, 5)) await box.check();
};

/** The page that asks before this is done to some people. */
const group = (act: string): Visit =>
  then(at("/admin/managers?search=user&sort=-email"), async (page) => {
    await page.locator("#all").check();
    await page.getByLabel("With the selected").last().selectOption(act);
    await clickAndLoad(button(page, "Continue"));
  });

const makeManagers: Visit = (page, roster) =>
  then(group("role-manager"), followButton("Change role to Manager"))(page, roster);
const makeMembers: Visit = (page, roster) =>
  then(group("role-member"), followButton("Change role to Member"))(page, roster);

/** Of the first row that can be undone. */
const followUndo: Visit = (page) => clickAndLoad(page.locator('a[href$="/undo"]').first());

/** The same when it takes longer, half of it done. The page stands still instead of loading itself again. */
const groupRunning: Visit = async (page, roster) => {
  await group("deactivate")(page, roster);
  const id = Number(new URL(page.url()).searchParams.get("id"));
  await roster.db("group_actions").where({ id }).update({ state: "running", expires_at: "2999-01-01T00:00:00.000Z" });
  const [line] = await roster.db("group_action_lines").where({ group_action_id: id, outcome: null });
  await roster.db("group_action_lines").where({ id: line.id }).update({ outcome: "done" });
  await page.route(page.url(), async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/<meta http-equiv="refresh"[^>]*>/, "") });
  });
  await page.reload();
};

/** The list, and what leads to a user. */
function list(): State[] {
  const create = "/admin/managers/new";
  const newUser = (access: string, fill: Fill): Visit =>
    then(at(create), async (page) => {
      await page.getByLabel(access, { exact: true }).check();
      for (const [label, value] of Object.entries(fill)) await page.getByLabel(label, { exact: true }).fill(value);
      await clickAndLoad(button(page, "Create user"));
    });
  const ann = { "First name": "Ann", "Last name": "New" };
  return [
    { name: "managers", as: ada, open: at("/admin/managers") },
    { name: "managers-menu-open", as: ada, open: then(at("/admin/managers?search=zoe"), openDetails("Menu", 390)) },
    { name: "managers-next-page", as: ada, open: then(at("/admin/managers?sort=-name"), followButton("Next page")) },
    { name: "managers-searched", as: ada, open: at("/admin/managers?search=user&status=active&sort=-email") },
    { name: "managers-nothing-found", as: ada, open: at("/admin/managers?search=nobody%20at%20all&role=admin") },
    { name: "managers-nobody-here", as: ada, open: at("/admin/managers?sort=-name&page=1") },
    { name: "managers-selected", as: ada, open: then(at("/admin/managers"), tick, followButton("Next page"), tick) },
    { name: "managers-selected-refused", as: ada, open: then(at("/admin/managers"), followButton("Continue")) },
    { name: "group-action", as: ada, open: group("deactivate") },
    { name: "group-action-done", as: ada, open: makeManagers },
    { name: "group-action-undo", as: ada, open: then(makeMembers, at("/admin/activity"), followUndo) },
    { name: "activity-undo", as: ada, open: then(makeManagers, at("/admin/activity?action=role.updated"), followUndo) },
    { name: "group-action-nobody", as: ada, open: group("activate") },
    { name: "group-action-running", as: ada, open: groupRunning },
    { name: "managers-invited", as: ada, open: at("/admin/managers?search=invited") },
    { name: "managers-alone", as: eve, open: at("/admin/managers") },
    { name: "create-user", as: ada, open: at(create) },
    { name: "create-user-roles", as: ada, open: then(at(create), openDetails("What each role can do")) },
    {
      name: "create-user-refused",
      as: ada,
      open: newUser("Set a password", { "First name": "Ann", Email: "no address", Password: "short" }),
    },
    {
      name: "invitation-link-once",
      as: ada,
      open: newUser("Show an invitation link to copy", { ...ann, Email: "link@example.com" }),
    },
    { name: "password-once", as: ada, open: newUser("Generate a password", { ...ann, Email: "words@example.com" }) },
  ];
}

/** Import users, from the file to the result. */
function imports(): State[] {
  const page = "/admin/managers/import";
  const upload =
    (content: string | Buffer): Visit =>
    async (page) => {
      const buffer = Buffer.from(content);
      await page.getByLabel("CSV file").setInputFiles({ name: "users.csv", mimeType: "text/csv", buffer });
      await button(page, "Check file").click();
    };
  const names = "email,first_name,last_name,role\n";
  const invited = (from: number, count: number): string =>
    Array.from({ length: count }, (_, n) => `new${from + n}@example.com,Wolfeschlegelstein,Featherstonehaugh,\n`).join(
      "",
    );
  const mixed = (from: number): string =>
    `${names}${invited(from, 3)}mia@example.com,Mía,Zoë-Núñez,manager\nada@example.com,Ada,Lovelace,member\nmax@example.com,Max,O'Brien,\n${"x".repeat(60)}@example,,B,boss\nnew@example.com,A\n`;
  const check = (content: string | Buffer): Visit => then(at(page), upload(content));
  const german = Buffer.from(`${names}z@example.com,Zo\xeb,M\xfcller,\n`, "latin1");
  return [
    { name: "import", as: ada, open: at(page) },
    { name: "import-refused", as: ada, open: check(`${names}z@example.com,"Zoë,Müller,\n`) },
    { name: "import-too-long", as: ada, open: check(`${names}${"x@example.com,X,X,\n".repeat(10_001)}`) },
    { name: "import-encoding", as: ada, open: check(german) },
    { name: "import-checked", as: ada, open: check(mixed(1_000)) },
    { name: "import-many", as: ada, open: check(names + invited(2_000, 101)) },
    {
      name: "import-done",
      as: ada,
      open: then(check(mixed(3_000)), (page) => button(page, "Import").click()),
    },
  ];
}

/** One user's page and its forms. */
function user(): State[] {
  const check =
    (role: string): Visit =>
    (page) =>
      page.getByLabel(role, { exact: true }).check();
  const save: Visit = (page) => clickAndLoad(button(page, "Save changes"));
  /** Another Admin saves after the form was opened. */
  const savedMeanwhile =
    (path: (roster: Populated) => string, theirs: Fill, mine: Visit): Visit =>
    async (page, roster) => {
      await page.goto(path(roster));
      await (await logInElsewhere(roster, { email: olga })).submit(path(roster), theirs);
      await then(mine, save)(page, roster);
    };
  const refusedName = { "First name": "", Email: ada };
  return [
    { name: "profile", as: ada, open: at(zoes()) },
    { name: "profile-from-a-search", as: ada, open: then(at("/admin/managers?search=zoe"), follow("Zoë O'Neill")) },
    { name: "profile-photo-chosen", as: ada, open: then(at(zoes()), choose(9)) },
    { name: "profile-photo-refused", as: ada, open: then(at(zoes()), choose(9), savePhoto) },
    { name: "profile-photo-too-large", as: ada, open: then(at(zoes()), choose(5_300_000), savePhoto) },
    { name: "profile-held", as: ada, open: at((r) => `/admin/managers/${r.locked.id}`) },
    { name: "profile-unconfirmed", as: ada, open: at((r) => `/admin/managers/${r.unconfirmed.id}`) },
    { name: "confirm-email", as: ada, open: at((r) => `/admin/managers/${r.unconfirmed.id}/confirm-email`) },
    { name: "profile-longest", as: ada, open: at((r) => `/admin/managers/${r.longest.id}`) },
    { name: "profile-invited", as: ada, open: at((r) => `/admin/managers/${r.invited.id}`) },
    { name: "profile-inactive", as: ada, open: at(of("ian")) },
    { name: "profile-mail-failed", as: ada, open: at(of("max")) },
    { name: "profile-free", as: eve, open: at(of("eve")) },
    { name: "personal-information", as: ada, open: at(zoes("/personal-information")) },
    {
      name: "personal-information-refused",
      as: ada,
      open: press(zoes("/personal-information"), "Save changes", refusedName),
    },
    {
      name: "personal-information-overtaken",
      as: ada,
      open: savedMeanwhile(of("mia", "/personal-information"), { firstName: "Maria" }, (page) =>
        page.getByLabel("First name").fill("Mía"),
      ),
    },
    {
      name: "personal-information-saved",
      as: ada,
      open: press(of("max", "/personal-information"), "Save changes", { "Last name": "O’Brien" }),
    },
    { name: "role", as: ada, open: at(zoes("/role")) },
    { name: "role-admin", as: ada, open: then(at(zoes("/role")), check("Admin")) },
    { name: "role-member", as: ada, open: then(at(zoes("/role")), check("Member")) },
    {
      name: "role-refused",
      as: ada,
      open: then(at(adas("/role")), check("Member"), save),
    },
    {
      name: "role-overtaken",
      as: ada,
      open: savedMeanwhile(of("ian", "/role"), { role: "manager" }, check("Member")),
    },
    { name: "password", as: ada, open: at(zoes("/password")) },
    {
      name: "password-refused",
      as: ada,
      open: press(zoes("/password"), "Save changes", {
        "New password": "passwordpassword",
        "Confirm new password": "x",
      }),
    },
    { name: "deactivate", as: ada, open: at(zoes("/status")) },
    { name: "deactivate-longest", as: ada, open: at((r) => `/admin/managers/${r.longest.id}/status`) },
    { name: "deactivate-refused", as: ada, open: press(adas("/status"), "Deactivate") },
    { name: "end-date", as: ada, open: at(zoes("/end-date")) },
    {
      name: "end-date-refused",
      as: ada,
      open: press(zoes("/end-date"), "Save changes", { "Deactivate on": "2020-02-02" }),
    },
    {
      name: "end-date-set",
      as: ada,
      open: press(zoes("/end-date"), "Save changes", { "Deactivate on": dayIn("UTC", { days: 20 }) }),
    },
    { name: "managers-leaving", as: ada, open: at("/admin/managers?status=leaving") },
    { name: "managers-no-second-factor", as: ada, open: at("/admin/managers?status=no-second-factor") },
    { name: "activate", as: ada, open: at(of("ian", "/status")) },
    { name: "erase", as: ada, open: at(of("ian", "/erase")) },
    { name: "erase-refused", as: ada, open: press(of("ian", "/erase"), "Erase personal data", { Email: "x" }) },
    { name: "erase-active", as: ada, open: at(zoes("/erase")) },
    { name: "unlock", as: ada, open: at((r) => `/admin/managers/${r.locked.id}/unlock`) },
    { name: "unlock-needless", as: ada, open: at(zoes("/unlock")) },
    { name: "second-factor-remove", as: ada, open: at(zoes("/second-factor")) },
    { name: "second-factor-remove-needless", as: ada, open: at(of("ian", "/second-factor")) },
    { name: "not-found", as: ada, open: at("/admin/managers/999999") },
  ];
}

function keys(): State[] {
  /** The page that the link in this key's row leads to. */
  const ofKey = (name: string, link: string): Visit => then(at(adas()), follow(link, name));
  return [
    { name: "api-key-once", as: ada, open: press(zoes(), "Generate new key") },
    { name: "api-keys", as: ada, open: at(adas()) },
    { name: "api-key-refused", as: ada, open: press(adas(), "Generate new key", { Name: "Never used" }) },
    { name: "api-key-rotate", as: ada, open: ofKey("Nightly export", "Rotate") },
    { name: "api-key-rotate-refused", as: ada, open: press(adas("/api-keys/3/rotate"), "Rotate") },
    { name: "api-key-revoke", as: ada, open: ofKey("Nightly export", "Revoke") },
    { name: "all-keys", as: ada, open: at("/admin/api-keys") },
    { name: "all-keys-filtered", as: ada, open: at("/admin/api-keys?filter=never-used") },
    { name: "all-keys-nothing-found", as: ada, open: at("/admin/api-keys?filter=owner-inactive") },
    { name: "all-keys-free", as: eve, open: at("/admin/api-keys") },
    { name: "all-keys-revoke", as: ada, open: at("/admin/api-keys/revoke-selected?key=1&key=6&key=8") },
    { name: "all-keys-none-selected", as: ada, open: press("/admin/api-keys", "Revoke selected") },
    { name: "api-docs", open: at("/api/docs") },
  ];
}

function applications(): State[] {
  const wiki = "/admin/applications/1";
  const filled = { Name: "Chat", "Redirect addresses": "https://chat.example/callback" };
  const request = "client_id=wiki&redirect_uri=https://wiki.example/oauth2/callback&state=1";
  return [
    { name: "applications", as: ada, open: at("/admin/applications") },
    { name: "applications-none", as: eve, open: at("/admin/applications") },
    { name: "application-add", as: ada, open: at("/admin/applications/new") },
    { name: "application-add-refused", as: ada, open: press("/admin/applications/new", "Add application") },
    { name: "application-secret-once", as: ada, open: press("/admin/applications/new", "Add application", filled) },
    { name: "application", as: ada, open: then(at(wiki), openDetails("oauth2-proxy")) },
    { name: "application-inactive", as: ada, open: at("/admin/applications/2") },
    { name: "application-edit", as: ada, open: at(`${wiki}/edit`) },
    { name: "application-rotate-secret", as: ada, open: at(`${wiki}/rotate-secret`) },
    { name: "application-api-key-once", as: ada, open: press(`${wiki}/api-key`, "Generate API key") },
    { name: "application-with-api-key", as: ada, open: at(wiki) },
    { name: "application-rotate-api-key", as: ada, open: at(`${wiki}/api-key`) },
    { name: "application-revoke-api-key", as: ada, open: at(`${wiki}/api-key/revoke`) },
    { name: "application-deactivate", as: ada, open: at(`${wiki}/status`) },
    { name: "application-not-allowed", as: mia, open: at(`/oidc/continue?not_allowed=1&${request}`) },
    { name: "application-request-unknown", open: at("/oidc/auth?client_id=unknown") },
    { name: "application-log-out", as: ada, open: at("/oidc/log-out?client_id=wiki") },
  ];
}

function organization(): State[] {
  const broken: Visit = async (page, roster) => {
    await roster.db.raw("alter table activity rename to activity_away");
    await page.goto("/admin/activity");
    await roster.db.raw("alter table activity_away rename to activity");
  };
  const filtered = ({ zoe }: Populated) =>
    `/admin/activity?user=${zoe.id}&action=user.created&from=2026-01-01&to=2999-12-31`;
  return [
    { name: "activity", as: ada, open: at("/admin/activity") },
    { name: "activity-older", as: ada, open: at("/admin/activity?before=12") },
    { name: "activity-filtered", as: ada, open: at(filtered) },
    { name: "activity-nothing-found", as: ada, open: at("/admin/activity?actor=nobody%20at%20all") },
    { name: "organization", as: ada, open: at("/admin/organization") },
    { name: "organization-refused", as: ada, open: press("/admin/organization", "Save changes", { Name: "" }) },
    { name: "first-steps", as: ada, open: at("/admin/organization/first-steps") },
    { name: "organization-free", as: eve, open: at("/admin/organization") },
    { name: "our-fault", as: ada, open: broken },
  ];
}

/** The page /profile. */
function own(): State[] {
  /** Removes the second factor afterwards, so that the next state logs in without a code. */
  const recoveryCodes: Visit = async (page, roster) => {
    await page.goto("/profile/second-factor");
    const secret = shownSecret(await page.content());
    await page.getByLabel("Code", { exact: true }).fill(codeFor(secret));
    await clickAndLoad(button(page, "Set up"));
    const { id } = await roster.db("users").where({ email: beginner }).first();
    await roster.db.transaction((trx) => deleteSecondFactor(trx, id));
  };
  const setUp = "/profile/second-factor";
  return [
    { name: "own-page-manager", as: max, open: at("/profile") },
    { name: "own-page-member", as: mia, open: at("/profile") },
    { name: "own-page-second-factor", as: coder, open: at("/profile") },
    { name: "own-page-photo-refused", as: max, open: then(at("/profile"), choose(9), savePhoto) },
    { name: "own-profile-unconfirmed", as: unsure, open: at("/profile") },
    { name: "own-confirm-email", as: unsure, open: at("/profile/confirm-email") },
    { name: "own-personal-information", as: max, open: at("/profile/personal-information") },
    { name: "own-language", as: mia, open: at("/profile/language") },
    {
      name: "own-personal-information-refused",
      as: max,
      open: press("/profile/personal-information", "Save changes", { "First name": "" }),
    },
    { name: "own-key-revoke", as: mia, open: then(at("/profile"), follow("Revoke")) },
    { name: "second-factor-set-up", as: mia, open: at(setUp) },
    { name: "second-factor-set-up-refused", as: mia, open: press(setUp, "Set up", { Code: "12 34" }) },
    { name: "recovery-codes", as: beginner, open: recoveryCodes },
    { name: "second-factor-turn-off", as: coder, open: at("/profile/second-factor/turn-off") },
    { name: "second-factor-turn-off-refused", as: coder, open: press("/profile/second-factor/turn-off", "Turn off") },
    { name: "recovery-codes-new", as: coder, open: at("/profile/second-factor/recovery-codes") },
    { name: "forbidden", as: mia, open: at("/admin/managers") },
  ];
}

/** Forms that were sent late. Their users have no other state because this ends their sessions. */
function late(): State[] {
  const sent =
    (path: Path, fill: Fill, change: { password_confirmed_at: string } | { data: string }): Visit =>
    async (page, roster) => {
      const { db } = roster;
      await at(path)(page, roster);
      for (const [label, value] of Object.entries(fill)) await page.getByLabel(label, { exact: true }).fill(value);
      const { id } = await db("users").where({ email: olga }).first("id");
      await db("sessions").where({ user_id: id }).update(change);
      await clickAndLoad(button(page, "Save changes"));
    };
  const unproven = sent(zoes("/password"), typedTwice, { password_confirmed_at: "2026-01-01T00:00:00.000Z" });
  const wrongly: Visit = async (page) => {
    await page.getByLabel("Your password").fill("not it");
    await clickAndLoad(button(page, "Confirm"));
  };
  return [
    { name: "confirmation", as: olga, open: unproven },
    { name: "confirmation-refused", as: olga, open: then(unproven, wrongly) },
    {
      name: "stale",
      as: olga,
      open: sent(zoes("/personal-information"), { "Last name": "O'Neill-Zoë" }, { data: '{"cookie":{}}' }),
    },
  ];
}

/** Every page in every state. Each can be opened alone and in any order. */
export const states: State[] = [
  ...logInPages(),
  ...list(),
  ...imports(),
  ...user(),
  ...keys(),
  ...applications(),
  ...organization(),
  ...own(),
  ...late(),
];
