import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { hashToken } from "../../src/platform/secrets.ts";
import { formatTime } from "../../src/words/times.ts";
import { buttons, errorsOf, headings, labels, linkTo, section, tables, words } from "../support/html.ts";
import { askMe, generateKey, keyIn, pressGenerate, pressRotate, withKey } from "../support/keys.ts";
import { outbox } from "../support/outbox.ts";
import { addUser, type Person } from "../support/people.ts";
import { everything, historyOf, statusesForOthers } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let owner: Person;
let count = 0;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
beforeEach(async () => {
  owner = await addUser(roster.deps, { email: `owner${++count}@example.com`, firstName: "Olga", lastName: "Owner" });
});
afterAll(() => roster.close());

const profile = (): string => `/admin/managers/${owner.id}`;
const form = async () => formFields((await ada.get(profile())).text, `${profile()}/api-keys`);
const send = (fields: Record<string, string | string[]>) => ada.post(`${profile()}/api-keys`, fields);
const fullNameOf = async ({ id }: Person) => {
  const { first_name, last_name } = await roster.db("users").where({ id }).first();
  return `${first_name} ${last_name}`;
};
const keysOf = ({ id }: Person) => roster.db("api_keys").where({ user_id: id }).orderBy("id");
/** The table's cells; every time of today is 09:30. */
const listed = async () => {
  const rows = tables(section((await ada.get(profile())).text, "API keys"))[0] ?? [];
  return rows.map((row) => row.map((cell) => cell.replace(/\b\d\d:\d\d\b/, "09:30")));
};

test("the API keys section has one button and a prefilled name, and generates a key in one press", async () => {
  const part = section((await ada.get(profile())).text, "API keys");
  expect([labels(part), buttons(part)]).toEqual([["Name", "Scope", "Expires"], ["Generate new key"]]);
  expect(await form()).toMatchObject({ name: "Key 1", scope: "read", lifetime: "90" });
  const answer = await pressGenerate(ada, owner);
  expect(answer.status).toBe(200);
  expect(headings(answer.text, 2)).toContain("Your new key “Key 1”");
  expect(linkTo(answer.text, "Done")).toMatch(new RegExp(`^${profile()}(?:#|$)`));
  // It is the first form on the page so that a text browser shows the key at the top.
  expect(answer.text).toMatch(/<body[^>]*>\s*<dialog[^>]*\sopen/);
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect((await askMe(roster, withKey(keyIn(answer.text) ?? ""))).body).toMatchObject({
    id: owner.id,
    key: { name: "Key 1" },
  });
});

test("a new key is shown once and is stored and logged nowhere", async () => {
  const key = await generateKey(ada, owner, "Secret one");
  const [row] = await keysOf(owner);
  expect(row).toMatchObject({
    name: "Secret one",
    start: key.slice(0, 11),
    key_hash: hashToken(key),
    created_by: roster.people.ada.id,
    last_used_at: null,
    last_used_address: null,
  });
  const expires = formatTime(row.expires_at).relative;
  expect(await listed()).toEqual([
    [`Secret one ${key.slice(0, 11)}… created 09:30`, "Read", "Never", expires, "Rotate Revoke"],
  ]);
  await askMe(roster, withKey(key));
  const written = [roster.log(), await everything(roster), await roster.db("activity"), await keysOf(owner)];
  for (const place of [...written.map((part) => JSON.stringify(part)), (await ada.get(profile())).text])
    expect(place).not.toContain(key.slice(7));
  expect(await historyOf(roster, owner, "api-key.generated")).toEqual([
    {
      action: "api-key.generated",
      by: roster.people.ada.id,
      changes: { name: { before: null, after: "Secret one" }, scope: { before: null, after: "read" } },
    },
  ]);
});

test("keys are listed newest first, and the form suggests a name that is still free", async () => {
  for (const name of ["Key 2", "Key 4"]) await generateKey(ada, owner, name);
  expect((await form()).name).toBe("Key 3");
  await generateKey(ada, owner);
  expect((await form()).name).toBe("Key 5");
  expect((await listed()).map(([name]) => name?.slice(0, 5))).toEqual(["Key 3", "Key 4", "Key 2"]);
});

test("sending the same form again shows the same key for a while, later no key, and never makes a second one", async () => {
  const fields = await form();
  const key = keyIn((await send(fields)).text);
  expect([key, keyIn((await send(fields)).text)]).toEqual([expect.anything(), key]);
  const wait = () => roster.db("submissions").update({ created_at: "2026-01-01T00:00:00.000Z" });
  const refusal = { form: "This form has already made a key. It was shown once and can’t be shown again." };
  for (const change of [{}, { name: "Other name" }]) {
    await wait();
    const later = await send({ ...fields, ...change });
    expect([later.status, errorsOf(later.text), keyIn(later.text)]).toEqual([422, refusal, undefined]);
  }
  // The name of a revoked key is free, and yet its form makes no other.
  await roster.db("api_keys").where({ user_id: owner.id }).update({ revoked_at: "2026-01-01T00:00:00.000Z" });
  await wait();
  const refused = await send(fields);
  expect([refused.status, (await keysOf(owner)).length]).toEqual([422, 1]);
  // The page that says so has a new form.
  expect((await send(formFields(refused.text, `${profile()}/api-keys`))).status).toBe(200);
  expect(await keysOf(owner)).toHaveLength(2);
});

test("sending the same form in parallel makes one key, and every response shows it", async () => {
  const fields = await form();
  const answers = await Promise.all(Array.from({ length: 6 }, () => send(fields)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 200]);
  expect(new Set(answers.map(({ text }) => keyIn(text))).size).toBe(1);
  expect([(await keysOf(owner)).length, (await historyOf(roster, owner, "api-key.generated")).length]).toEqual([1, 1]);
});

test.each<[Record<string, string>, Record<string, string>]>([
  [{ name: "" }, { name: "Enter a name for the key" }],
  [{ name: " \u200b " }, { name: "Enter a name for the key" }],
  [{ name: "a\u202eb" }, { name: "The name for the key has characters that can’t be shown; type it again" }],
  [{ name: "é".repeat(101) }, { name: "The name for the key is too long; use at most 100 characters" }],
  [{ name: "Taken" }, { name: "Another key of this user has this name. Use another one." }],
  [{ scope: "" }, { scope: "Choose the scope" }],
  [{ scope: "admin" }, { scope: "Choose the scope" }],
  [{ lifetime: "" }, { lifetime: "Choose when the key expires" }],
  [{ lifetime: "91" }, { lifetime: "Choose when the key expires" }],
  [{ lifetime: "constructor" }, { lifetime: "Choose when the key expires" }],
  [
    { name: "", scope: "Read", lifetime: "-1" },
    { name: "Enter a name for the key", scope: "Choose the scope", lifetime: "Choose when the key expires" },
  ],
])("a form with %j is refused, keeps what was typed and makes no key", async (typed, errors) => {
  await generateKey(ada, owner, "Taken");
  const answer = await send({ ...(await form()), ...typed });
  expect(answer.status).toBe(422);
  expect(words(answer.text)).toContain(Object.values(errors)[0]);
  expect(errorsOf(answer.text)).toEqual(errors);
  const again = formFields(answer.text, `${profile()}/api-keys`);
  expect(again).toMatchObject({ name: typed.name ?? "Key 2", scope: "read", lifetime: "90" });
  expect([keyIn(answer.text), (await keysOf(owner)).length]).toEqual([undefined, 1]);
});

test("a refused form keeps the chosen scope and expiry", async () => {
  const answer = await send({ ...(await form()), name: "", scope: "write", lifetime: "never" });
  expect(formFields(answer.text, `${profile()}/api-keys`)).toMatchObject({ scope: "write", lifetime: "never" });
});

test("a repeated scope or expiry is a field error", async () => {
  const answer = await send({ ...(await form()), scope: ["read", "write"], lifetime: ["7", "never"] });
  expect([answer.status, await keysOf(owner)]).toEqual([422, []]);
});

test("a new key has the chosen scope", async () => {
  for (const [scope, name] of [
    ["read", "Read"],
    ["write", "Read and write"],
  ] as const) {
    const key = await generateKey(ada, owner, { scope });
    expect((await askMe(roster, withKey(key))).body.key.scope).toBe(scope);
    expect((await listed())[0]?.[1]).toBe(name);
  }
  expect(words((await ada.get("/admin/activity")).text)).toContain("Scope: Read and write");
});

test.each([7, 30, 60, 90, 365])("a key can be valid for %i days", async (days) => {
  await generateKey(ada, owner, { lifetime: String(days) });
  const [row] = await keysOf(owner);
  expect(row.lifetime_days).toBe(days);
  expect(Date.parse(row.expires_at) - Date.parse(row.created_at)).toBeGreaterThanOrEqual(days * 86_400_000 - 1_000);
  expect(Date.parse(row.expires_at) - Date.parse(row.created_at)).toBeLessThanOrEqual(days * 86_400_000);
  expect((await listed())[0]?.[3]).toBe(formatTime(row.expires_at).relative);
});

test("a key can be valid without end", async () => {
  const key = await generateKey(ada, owner, { lifetime: "never" });
  expect(await keysOf(owner)).toMatchObject([{ lifetime_days: null, expires_at: null }]);
  expect((await askMe(roster, withKey(key))).body.key.expiresAt).toBeNull();
  expect((await listed())[0]?.[3]).toBe("Never");
});

test("the form offers 7, 30, 60 and 90 days, a year and no expiry", async () => {
  const part = section((await ada.get(profile())).text, "API keys");
  const choices = [...part.matchAll(/<option [^>]*>([^<]*)</g)].map(([, text]) => text);
  const spans = ["in 7 days", "in 30 days", "in 60 days", "in 90 days", "in a year", "never"];
  expect(choices).toEqual(["Read", "Read and write", ...spans]);
});

test("an expired key stops working and stays listed", async () => {
  const key = await generateKey(ada, owner);
  const [{ id }] = await keysOf(owner);
  const expire = (at: number) =>
    roster
      .db("api_keys")
      .where({ id })
      .update({ expires_at: new Date(Date.now() + at).toISOString() });
  await expire(60_000);
  expect((await askMe(roster, withKey(key))).status).toBe(200);
  await expire(-1);
  expect((await askMe(roster, withKey(key))).status).toBe(401);
  expect(await listed()).toEqual([
    [`Key 1 ${key.slice(0, 11)}… created 09:30`, "Read", "09:30 from 127.0.0.1", "Expired 09:30", ""],
  ]);
});

test("a key's name is free again once the key is revoked or expired, or its replacement is", async () => {
  const taken = async () => (await pressGenerate(ada, owner, { name: "Same" })).status === 422;
  const newest = async () => (await keysOf(owner)).at(-1);
  const revoke = async () => ada.submit(`${profile()}/api-keys/${(await newest()).id}/revoke`, {});
  const first = await generateKey(ada, owner, "Same");
  expect(await taken()).toBe(true);
  await revoke();
  expect(await taken()).toBe(false);

  await roster
    .db("api_keys")
    .where({ id: (await newest()).id })
    .update({ expires_at: "2026-01-01T00:00:00.000Z" });
  const third = await generateKey(ada, owner, "Same");
  const rotated = keyIn((await pressRotate(ada, owner, (await newest()).id)).text) ?? "";
  expect(await taken()).toBe(true);
  await revoke();
  const last = await generateKey(ada, owner, "Same");
  const statuses = await Promise.all([first, third, rotated, last].map((key) => askMe(roster, withKey(key))));
  expect(statuses.map(({ status }) => status)).toEqual([401, 200, 401, 200]);
});

test("sending forms with one name in parallel makes one key", async () => {
  const forms = await Promise.all(Array.from({ length: 4 }, form));
  const answers = await Promise.all(forms.map((fields) => send({ ...fields, name: "Robot" })));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422, 422, 422]);
  expect(await keysOf(owner)).toHaveLength(1);
});

test("the list shows a key's last use with its address, which is written at most once a minute", async () => {
  const key = await generateKey(ada, owner);
  expect((await listed())[0]?.[2]).toBe("Never");
  await askMe(roster, withKey(key));
  expect((await listed())[0]?.[2]).toBe("09:30 from 127.0.0.1");
  const used = (ago: number) => {
    const at = new Date(Date.now() - ago).toISOString();
    return roster
      .db("api_keys")
      .where({ user_id: owner.id })
      .update({ last_used_at: at, last_used_address: "192.0.2.7" });
  };
  await used(50_000);
  await askMe(roster, withKey(key));
  expect((await keysOf(owner))[0]?.last_used_address).toBe("192.0.2.7");
  await used(61_000);
  await askMe(roster, withKey(key));
  expect((await keysOf(owner))[0]?.last_used_address).toBe("127.0.0.1");
});

test("the owner gets a mail that names the new key and says how to revoke it, without the key", async () => {
  const key = await generateKey(ada, owner, "Robot");
  const mails = (await outbox(roster)).filter(({ to }) => to === owner.email);
  expect(mails.map(({ subject }) => subject)).toEqual(["A new API key was created for your account"]);
  expect(mails[0]?.text).toContain("A new API key “Robot” was created for your Roster account");
  expect(mails[0]?.text).toContain(`${roster.url}/profile`);
  expect(mails[0]?.text).not.toContain(key.slice(7, 20));
  await send({ ...(await form()), name: "Robot" });
  expect((await outbox(roster)).filter(({ to }) => to === owner.email)).toHaveLength(1);
});

test("a key's name can have a hundred characters of any script, and markup", async () => {
  for (const name of ["🔑".repeat(100), "<b>&amp;</b>"]) {
    const answer = await pressGenerate(ada, owner, { name });
    expect(headings(answer.text, 2)).toContain(`Your new key “${name}”`);
    expect(answer.text).not.toContain("<b>");
  }
});

test("two users can have keys of the same name", async () => {
  await generateKey(ada, owner, "Same");
  await generateKey(ada, roster.people.mia, "Same");
  expect(await keysOf(roster.people.mia)).toHaveLength(1);
});

test("no form makes a key on the free plan", async () => {
  const eve = await logIn(roster, "eve");
  const { eve: own } = roster.people;
  const _csrf = await eve.token("/admin/organization");
  const answer = await eve.post(`/admin/managers/${own.id}/api-keys`, { _csrf, name: "Key 1" });
  expect([answer.status, words(answer.text)]).toEqual([403, expect.stringContaining("API keys are a Pro feature")]);
  expect((await eve.post(`/admin/managers/${own.id}/api-keys`, { _csrf })).status).toBe(403);
  expect(await keysOf(own)).toEqual([]);
});

test("keys stop working on the free plan and work again on Pro", async () => {
  const key = await generateKey(ada, owner);
  const { organization_id: id } = await roster.db("users").where({ id: owner.id }).first();
  await roster.db("organizations").where({ id }).update({ plan: "free" });
  const free = await askMe(roster, withKey(key));
  const part = section((await ada.get(profile())).text, "API keys");
  const answer = await ada.submit(linkTo(part, "Revoke") ?? "", {});
  await roster.db("organizations").where({ id }).update({ plan: "pro" });
  expect([free.status, free.body.detail]).toEqual([403, expect.stringContaining("free plan")]);
  expect([buttons(part), linkTo(part, "Rotate"), answer.status]).toEqual([[], undefined, 303]);
  expect((await askMe(roster, withKey(key))).status).toBe(401);
  const other = await generateKey(ada, owner);
  await roster.db("organizations").where({ id }).update({ plan: "free" });
  expect((await askMe(roster, withKey(other))).status).toBe(403);
  await roster.db("organizations").where({ id }).update({ plan: "pro" });
  expect((await askMe(roster, withKey(other))).status).toBe(200);
});

test("reloading the page with a new key leads to the profile", async () => {
  const answer = await ada.get(`${profile()}/api-keys`);
  expect([answer.status, answer.headers.location]).toEqual([303, `${profile()}#api-keys`]);
});

test("an Admin cannot generate a key for a user of another organization", async () => {
  const fields = { name: "Key 1" };
  expect(await statusesForOthers(roster, ada, (id) => `/admin/managers/${id}/api-keys`, fields)).toEqual([404]);
  expect(await keysOf(roster.people.eve)).toEqual([]);
});

test.each([
  ["an inactive owner", { status: "inactive" }, "once this user is active"],
  [
    "an owner who was asked for a new password",
    { must_change_password: true },
    "once this user has chosen a new password",
  ],
])("a new key of %s comes with the reason why it does not work yet", async (_who, change, when) => {
  await roster.db("users").where({ id: owner.id }).update(change);
  const paused = "Keys of this user are paused. They work";
  const answer = await pressGenerate(ada, owner);
  expect(words(answer.text)).toContain(`can do what ${await fullNameOf(owner)} can over the API. ${paused} ${when}.`);
  expect(words(answer.text)).toContain("Then try it in a terminal:");
  const refused = await askMe(roster, withKey(keyIn(answer.text) ?? ""));
  expect([401, 403]).toContain(refused.status);
  const part = section((await ada.get(profile())).text, "API keys");
  expect(words(part)).toContain(`${paused} ${when}.`);
  await roster.db("api_keys").where({ user_id: owner.id }).update({ revoked_at: "2026-01-01T00:00:00.000Z" });
  expect(words(section((await ada.get(profile())).text, "API keys"))).not.toContain(paused);
});
