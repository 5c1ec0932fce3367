import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { portraitSvg } from "../../seeds/portraits.ts";
import { insertKey } from "../../src/api-keys/queries.ts";
import { countRefusedLogIn } from "../../src/audit/refused-queries.ts";
import { deleteSecondFactor } from "../../src/second-factor/queries.ts";
import { newToken } from "../../src/secrets.ts";
import { squarePhoto } from "../../src/users/photo-image.ts";
import { upsertPhoto } from "../../src/users/photo-queries.ts";
import { axeViolations } from "../support/axe.ts";
import { newPage, openBrowser, takePicture } from "../support/browser.ts";
import { addUser, giveResetLink, type Person, password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { codeFor, type Factor, giveSecondFactor, shownSecret } from "../support/second-factor.ts";

// Every page in every state, as it is looked at: nothing for axe-core to find, nothing wider than the screen, and (with
// PICTURES=1) a picture of each.

let roster: Roster;
let browser: Browser;
let zoe: Person;
/** The phone of a Manager with a second factor; others have given their password and no code yet, or are setting one up. */
let coded: Factor;
const [coder, halfway, beginner] = ["coder@example.com", "halfway@example.com", "user1@example.com"];

beforeAll(async () => {
  roster = await startRoster();
  browser = await openBrowser();
  zoe = await addUser(roster.deps, {
    email: "zoe@example.com",
    firstName: "Zoë",
    lastName: "O'Neill",
    role: "manager",
  });
  coded = await giveSecondFactor(roster, await addUser(roster.deps, { email: coder, role: "manager" }));
  await giveSecondFactor(roster, await addUser(roster.deps, { email: halfway }));
  await giveSecondFactor(roster, zoe);
  await addUser(roster.deps, { email: "asked@example.com", mustChangePassword: true });
  await addUser(roster.deps, { email: "olga@example.com", role: "admin" });
  for (const [index, firstName] of ["Élodie", "Łukasz", "Δήμητρα", "محمد", "美咲", "Ngozi"].entries()) {
    await addUser(roster.deps, { email: `user${index}@example.com`, firstName, lastName: "Adébáyò-Wiśniewska" });
  }
  for (const address of ["192.0.2.1", "192.0.2.2", "198.51.100.1", "2001:db8::1"]) {
    const { organization_id: organizationId } = await roster.db("users").where({ id: zoe.id }).first();
    await countRefusedLogIn(roster.db, { organizationId, address });
  }
  const photo = await squarePhoto(
    await sharp(Buffer.from(portraitSvg(3)))
      .png()
      .toBuffer(),
  );
  const { organization_id: organizationId } = await roster.db("users").where({ id: zoe.id }).first();
  await roster.db.transaction((trx) =>
    upsertPhoto(trx, { id: zoe.id, organizationId }, photo as NonNullable<typeof photo>),
  );
  for (const person of [roster.people.ada, roster.people.mia]) await giveKeys(person);
  await failMail(roster.people.ian);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await roster?.close();
});

/** A mail that its server refused. */
async function failMail({ id: userId, email: to }: Person): Promise<void> {
  const mail = { userId, to, subject: "Your Roster password was changed", text: "Hello" };
  await roster.db.transaction((trx) => roster.deps.mailer.post(trx, mail));
  await roster.deps.mailer.settled();
  const end = { sent_at: null, tries: 1, failed_at: new Date().toISOString(), failure: "refused" };
  await roster.db("mails").where({ user_id: userId }).update(end);
}

/** Keys in every condition there is. */
async function giveKeys({ id: userId }: Person): Promise<void> {
  const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
  const used = { last_used_at: ago(0.1), last_used_address: "2001:db8:85a3:8d3:1319:8a2e:370:7348" };
  const keys: [string, "read" | "write", object][] = [
    ["A name as long as people make them, Straßenbahnfahrplanauskunft", "write", { expires_at: null, ...used }],
    ["Nightly export", "read", { last_used_at: ago(3), last_used_address: "192.0.2.7" }],
    ["Build server", "write", { expires_at: ago(-0.5), ...used }],
    ["Never used", "read", { last_used_at: null }],
    ["Dashboard", "read", { expires_at: ago(40), last_used_at: ago(41), last_used_address: "192.0.2.7" }],
    ["Lost", "write", { revoked_at: ago(5) }],
  ];
  for (const [name, scope, fields] of keys) {
    const key = { userId, name, key: `roster_${newToken()}`, scope, spanDays: 90, formId: newToken(), createdBy: 1 };
    const keyId = await roster.db.transaction((trx) => insertKey(trx, key));
    await roster.db("api_keys").where({ id: keyId }).update(fields);
  }
  const [rotated, by] = await roster.db("api_keys").where({ user_id: userId }).orderBy("id").offset(2);
  await roster.db("api_keys").where({ id: rotated.id }).update({ replaced_by: by.id });
}

type Visit = (page: Page) => Promise<unknown>;
type State = { name: string; as?: string; open: Visit };

const at =
  (path: string | (() => string)): Visit =>
  (page) =>
    page.goto(typeof path === "string" ? path : path());
const profile = (): string => `/admin/managers/${zoe.id}`;
const ofZoe = (part: string): Visit => at(() => `${profile()}/${part}`);
const press =
  (path: string | (() => string), button: string, fill: Record<string, string> = {}): Visit =>
  async (page) => {
    await at(path)(page);
    for (const [label, value] of Object.entries(fill)) await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByRole("button", { name: button, exact: true }).click();
  };
const chosen =
  (role: string): Visit =>
  async (page) => {
    await ofZoe("role")(page);
    await page.getByRole("radio", { name: role, exact: true }).check();
  };

const badPhoto: Visit = async (page) => {
  await at(profile)(page);
  const file = { name: "no-photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no photo") };
  await page.getByLabel("Change photo").setInputFiles(file);
  await page.getByRole("button", { name: "Save photo" }).click();
};

/** The page that the link in this key's row leads to. */
const ofKey =
  (name: string, link: string): Visit =>
  async (page) => {
    await at(() => `/admin/managers/${roster.people.ada.id}`)(page);
    await page.getByRole("row", { name }).getByRole("link", { name: link, exact: true }).click();
  };
/** Sends the form when the session proves nothing any more (proven_at), or its tokens are stale (data). */
const late =
  (path: () => string, fill: Record<string, string>, change: { proven_at: string } | { data: string }): Visit =>
  async (page) => {
    await at(path)(page);
    for (const [label, value] of Object.entries(fill)) await page.getByLabel(label, { exact: true }).fill(value);
    const { id } = await roster.db("users").where({ email: olga }).first("id");
    await roster.db("sessions").where({ user_id: id }).update(change);
    await page.getByRole("button", { name: "Save changes", exact: true }).click();
  };
const typedTwice = { "New password": "copper lantern drizzle", "Confirm new password": "copper lantern drizzle" };
const unproven = late(() => `${profile()}/password`, typedTwice, { proven_at: "2026-01-01T00:00:00.000Z" });
/** The second factor goes again, so that the next look logs in without. */
const recoveryCodes: Visit = async (page) => {
  await at("/profile/second-factor")(page);
  const secret = shownSecret(await page.content());
  await page.getByLabel("Code", { exact: true }).fill(codeFor(secret));
  await page.getByRole("button", { name: "Set up", exact: true }).click();
  await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();
  const { id } = await roster.db("users").where({ email: beginner }).first();
  await roster.db.transaction((trx) => deleteSecondFactor(trx, id));
};

const ada = "ada@example.com";
const olga = "olga@example.com";
const states: State[] = [
  { name: "log-in", open: at("/login") },
  { name: "log-in-refused", open: press("/login", "Log in", { Email: "ada@example.com", Password: "wrong" }) },
  { name: "forgot-password", open: at("/forgot-password") },
  { name: "forgot-password-sent", open: press("/forgot-password", "Send reset link", { Email: "nobody@example.com" }) },
  { name: "reset-link-dead", open: at("/reset-password/nonsense") },
  { name: "new-password", as: "asked@example.com", open: at("/new-password") },
  {
    name: "new-password-refused",
    as: "asked@example.com",
    open: press("/new-password", "Save password", { "New password": "short" }),
  },
  { name: "managers", as: ada, open: at("/admin/managers") },
  { name: "managers-searched", as: ada, open: at("/admin/managers?search=user&status=active&sort=-email") },
  { name: "managers-nothing-found", as: ada, open: at("/admin/managers?search=nobody%20at%20all") },
  { name: "create-user", as: ada, open: at("/admin/managers/new") },
  {
    name: "create-user-refused",
    as: ada,
    open: press("/admin/managers/new", "Create user", { "First name": "Ann", Email: "no address", Password: "short" }),
  },
  { name: "profile", as: ada, open: at(profile) },
  { name: "profile-photo-refused", as: ada, open: badPhoto },
  { name: "profile-free", as: "eve@example.com", open: at("/profile") },
  { name: "personal-information", as: ada, open: ofZoe("personal-information") },
  {
    name: "personal-information-refused",
    as: ada,
    open: press(() => `${profile()}/personal-information`, "Save changes", { "First name": "", Email: ada }),
  },
  { name: "role", as: ada, open: ofZoe("role") },
  { name: "role-admin", as: ada, open: chosen("Admin") },
  { name: "role-member", as: ada, open: chosen("Member") },
  { name: "password", as: ada, open: ofZoe("password") },
  {
    name: "password-refused",
    as: ada,
    open: press(() => `${profile()}/password`, "Save changes", {
      "New password": "passwordpassword",
      "Confirm new password": "x",
    }),
  },
  { name: "api-key-once", as: ada, open: press(profile, "Generate new key") },
  { name: "api-keys", as: ada, open: at(() => `/admin/managers/${roster.people.ada.id}`) },
  {
    name: "api-key-refused",
    as: ada,
    open: press(() => `/admin/managers/${roster.people.ada.id}`, "Generate new key", { Name: "Never used" }),
  },
  { name: "api-key-rotate", as: ada, open: ofKey("Nightly export", "Rotate") },
  {
    name: "api-key-rotate-refused",
    as: ada,
    open: press(() => `/admin/managers/${roster.people.ada.id}/api-keys/3/rotate`, "Rotate"),
  },
  { name: "api-key-revoke", as: ada, open: ofKey("Nightly export", "Revoke") },
  { name: "confirmation", as: olga, open: unproven },
  {
    name: "confirmation-refused",
    as: olga,
    open: async (page) => {
      await unproven(page);
      await page.getByLabel("Your password").fill("not it");
      await page.getByRole("button", { name: "Confirm" }).click();
    },
  },
  {
    name: "stale",
    as: olga,
    open: late(() => `${profile()}/personal-information`, { "Last name": "O'Neill-Zoë" }, { data: '{"cookie":{}}' }),
  },
  { name: "deactivate", as: ada, open: ofZoe("status") },
  {
    name: "deactivate-refused",
    as: ada,
    open: press(() => `/admin/managers/${roster.people.ada.id}/status`, "Deactivate"),
  },
  { name: "activate", as: ada, open: at(() => `/admin/managers/${roster.people.ian.id}/status`) },
  { name: "mail-failed", as: ada, open: at(() => `/admin/managers/${roster.people.ian.id}`) },
  { name: "activity", as: ada, open: at("/admin/activity") },
  {
    name: "activity-filtered",
    as: ada,
    open: at(() => `/admin/activity?user=${zoe.id}&action=user.created&from=2026-01-01&to=2999-12-31`),
  },
  { name: "activity-nothing-found", as: ada, open: at("/admin/activity?actor=nobody%20at%20all") },
  { name: "organization", as: ada, open: at("/admin/organization") },
  { name: "own-page-manager", as: "max@example.com", open: at("/profile") },
  { name: "own-page-member", as: "mia@example.com", open: at("/profile") },
  { name: "code", as: halfway, open: at("/second-factor") },
  { name: "code-refused", as: halfway, open: press("/second-factor", "Log in", { Code: "" }) },
  { name: "reset-with-code", open: async (page) => at(await giveResetLink(roster, zoe))(page) },
  { name: "second-factor-set-up", as: "mia@example.com", open: at("/profile/second-factor") },
  {
    name: "second-factor-set-up-refused",
    as: "mia@example.com",
    open: press("/profile/second-factor", "Set up", { Code: "12 34" }),
  },
  { name: "recovery-codes", as: beginner, open: recoveryCodes },
  { name: "own-page-second-factor", as: coder, open: at("/profile") },
  { name: "second-factor-turn-off", as: coder, open: at("/profile/second-factor/turn-off") },
  { name: "recovery-codes-new", as: coder, open: at("/profile/second-factor/recovery-codes") },
  { name: "second-factor-remove", as: ada, open: ofZoe("second-factor") },
  { name: "forbidden", as: "mia@example.com", open: at("/admin/managers") },
  { name: "not-found", as: ada, open: at("/admin/managers/999999") },
];

/** Both widths and both schemes; each with each for the pictures alone, since it takes minutes. */
const looks = [
  { width: 1280, dark: false },
  { width: 390, dark: true },
  ...(process.env.PICTURES === "1"
    ? [
        { width: 1280, dark: true },
        { width: 390, dark: false },
      ]
    : []),
];

describe.each(looks)("at $width pixels, dark: $dark", (look) => {
  const pages = new Map<string, Page>();

  /** A page of somebody who has logged in once. */
  async function pageOf(email = "nobody"): Promise<Page> {
    const known = pages.get(email);
    if (known) return known;
    const page = await newPage(browser, { ...look, baseURL: roster.url });
    pages.set(email, page);
    if (email !== "nobody") await press("/login", "Log in", { Email: email, Password: password })(page);
    if (email === coder) {
      await page.getByLabel("Code", { exact: true }).fill(await coded.code());
      await page.getByRole("button", { name: "Log in", exact: true }).click();
    }
    return page;
  }

  test.each(states)("$name", async ({ name, as, open }) => {
    const page = await pageOf(as);
    await open(page);
    await takePicture(page, name);
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.locator("h1").count()).toBe(1);
    await page.setViewportSize({ width: 320, height: 800 });
    const width = await page.locator("html").evaluate((html) => html.scrollWidth);
    await page.setViewportSize({ width: look.width, height: 800 });
    expect(width).toBeLessThanOrEqual(320);
  });
});
