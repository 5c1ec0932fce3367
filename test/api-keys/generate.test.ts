import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { hashToken } from "../../src/secrets.ts";
import { buttons, errorsOf, headings, labels, linkTo, section, tables, words } from "../support/html.ts";
import { askMe, generateKey, keyIn, pressGenerate, withKey } from "../support/keys.ts";
import { addUser, type Person } from "../support/people.ts";
import { everything, historyOf, strangersAnswers } from "../support/records.ts";
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
const keysOf = ({ id }: Person) => roster.db("api_keys").where({ user_id: id }).orderBy("id");
const listed = async () => tables(section((await ada.get(profile())).text, "API keys"))[0] ?? [];

test("the section has the name filled in and one button, and works in one press", async () => {
  const part = section((await ada.get(profile())).text, "API keys");
  expect([labels(part), buttons(part), (await form()).name]).toEqual([["Name"], ["Generate new key"], "Key 1"]);
  const answer = await pressGenerate(ada, owner);
  expect(answer.status).toBe(200);
  expect(headings(answer.text, 2)).toContain("Your new key “Key 1”");
  expect(linkTo(answer.text, "Done")).toMatch(new RegExp(`^${profile()}(?:#|$)`));
  expect(answer.text).toMatch(/<dialog[^>]*\sopen/);
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect((await askMe(roster, withKey(keyIn(answer.text) ?? ""))).body).toMatchObject({
    id: owner.id,
    key: { name: "Key 1" },
  });
});

test("the key is shown once and written nowhere", async () => {
  const key = await generateKey(ada, owner, "Secret one");
  const [row] = await keysOf(owner);
  expect(row).toMatchObject({
    name: "Secret one",
    start: key.slice(0, 11),
    key_hash: hashToken(key),
    last_used_at: null,
  });
  expect(await listed()).toEqual([["Secret one", `${key.slice(0, 11)}…`, "just now", "Never", "Revoke"]]);
  await askMe(roster, withKey(key));
  const written = [roster.log(), await everything(roster), await roster.db("activity"), await keysOf(owner)];
  for (const place of [...written.map((part) => JSON.stringify(part)), (await ada.get(profile())).text])
    expect(place).not.toContain(key.slice(7));
  expect(await historyOf(roster, owner, "api-key.generated")).toEqual([
    {
      action: "api-key.generated",
      by: roster.people.ada.id,
      changes: { name: { before: null, after: "Secret one" } },
    },
  ]);
});

test("keys are listed newest first, and each next one has a free name filled in", async () => {
  for (const name of ["Key 2", "Key 4"]) await generateKey(ada, owner, name);
  expect((await form()).name).toBe("Key 3");
  await generateKey(ada, owner);
  expect((await form()).name).toBe("Key 5");
  expect((await listed()).map(([name]) => name)).toEqual(["Key 3", "Key 4", "Key 2"]);
});

test("the same form sent again makes no second key, and shows none", async () => {
  const fields = await form();
  expect(keyIn((await send(fields)).text)).toBeDefined();
  for (const again of [fields, { ...fields, name: "Another" }]) {
    const answer = await send(again);
    expect([answer.status, answer.headers.location]).toEqual([303, `${profile()}#api-keys`]);
    expect(words((await ada.get(profile())).text)).toContain("This key was generated before, and is shown only once.");
  }
  expect(await keysOf(owner)).toHaveLength(1);
});

test("the same form sent in parallel makes one key", async () => {
  const fields = await form();
  const answers = await Promise.all(Array.from({ length: 6 }, () => send(fields)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 303, 303, 303, 303, 303]);
  expect(answers.filter(({ text }) => keyIn(text))).toHaveLength(1);
  expect([(await keysOf(owner)).length, (await historyOf(roster, owner, "api-key.generated")).length]).toEqual([1, 1]);
});

const reload = { formId: "Reload the page and press the button again" };

test.each<[Record<string, string>, Record<string, string>]>([
  [{ name: "" }, { name: "Enter a name for the key" }],
  [{ name: " \u200b " }, { name: "Enter a name for the key" }],
  [{ name: "a\u202eb" }, { name: "The name for the key has characters that cannot be shown; type it again" }],
  [{ name: "é".repeat(101) }, { name: "The name for the key is too long; use at most 100 characters" }],
  [{ name: "Taken" }, { name: "Another key of this user has this name. Use another one." }],
  [{ formId: "" }, reload],
  [{ formId: "x".repeat(44) }, reload],
])("refuses %j, keeps what was typed and makes no key", async (typed, errors) => {
  await generateKey(ada, owner, "Taken");
  const answer = await send({ ...(await form()), ...typed });
  expect(answer.status).toBe(422);
  expect(words(answer.text)).toContain(Object.values(errors)[0]);
  if (!errors.formId) expect(errorsOf(answer.text)).toEqual(errors);
  expect(formFields(answer.text, `${profile()}/api-keys`).name).toBe(typed.name ?? "Key 2");
  expect([keyIn(answer.text), (await keysOf(owner)).length]).toEqual([undefined, 1]);
});

test("a hundred characters of any script, and markup, are a name", async () => {
  for (const name of ["🔑".repeat(100), "<b>&amp;</b>"]) {
    const answer = await pressGenerate(ada, owner, { name });
    expect(headings(answer.text, 2)).toContain(`Your new key “${name}”`);
    expect(answer.text).not.toContain("<b>");
  }
});

test("another user may have a key of the same name", async () => {
  await generateKey(ada, owner, "Same");
  await generateKey(ada, roster.people.mia, "Same");
  expect(await keysOf(roster.people.mia)).toHaveLength(1);
});

test("on the free plan no form makes a key", async () => {
  const eve = await logIn(roster, "eve");
  const { eve: own } = roster.people;
  const _csrf = await eve.token("/admin/organization");
  const answer = await eve.post(`/admin/managers/${own.id}/api-keys`, { _csrf, name: "Key 1", formId: "x".repeat(43) });
  expect([answer.status, words(answer.text)]).toEqual([403, expect.stringContaining("API keys are a Pro feature")]);
  expect(await keysOf(own)).toEqual([]);
});

test("a reload of the answer leads to the profile", async () => {
  const answer = await ada.get(`${profile()}/api-keys`);
  expect([answer.status, answer.headers.location]).toEqual([303, `${profile()}#api-keys`]);
});

test("another organization's user does not exist", async () => {
  const fields = { name: "Key 1", formId: "y".repeat(43) };
  expect(await strangersAnswers(roster, ada, (id) => `/admin/managers/${id}/api-keys`, fields)).toEqual([404]);
  expect(await keysOf(roster.people.eve)).toEqual([]);
});
