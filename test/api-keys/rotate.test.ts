import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { rotateKey } from "../../src/api-keys/changes.ts";
import { selectUsers, toUser } from "../../src/users/queries.ts";
import { buttons, errorsOf, headings, linkTo, section, tables, words } from "../support/html.ts";
import { askMe, generateKey, keyIn, pressRotate, withKey } from "../support/keys.ts";
import { outbox } from "../support/outbox.ts";
import { addUser, type Person } from "../support/people.ts";
import { everything, historyOf, statusesForOthers } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let owner: Person;
let old: string;
let oldId: number;
let count = 0;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
beforeEach(async () => {
  owner = await addUser(roster.deps, { email: `owner${++count}@example.com`, firstName: "Olga", lastName: "Owner" });
  old = await generateKey(ada, owner, { name: "Robot", scope: "write", lifetime: "30" });
  oldId = (await keys())[0].id;
});
afterAll(() => roster.close());

const keys = () => roster.db("api_keys").where({ user_id: owner.id }).orderBy("id");
const profile = (): string => `/admin/managers/${owner.id}`;
const address = (id: number = oldId): string => `${profile()}/api-keys/${id}/rotate`;
const status = async (key: string) => (await askMe(roster, withKey(key))).status;
const change = (fields: Record<string, string>) => roster.db("api_keys").where({ id: oldId }).update(fields);
const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
const hoursTo = (time: string): number => (Date.parse(time) - Date.now()) / 3_600_000;
const refusal = { form: "This key has expired, was revoked or was already rotated. Generate a new one." };

test("the page that confirms rotating names the key, says what will happen, and changes nothing", async () => {
  const before = await everything(roster);
  expect(linkTo(section((await ada.get(profile())).text, "API keys"), "Rotate")).toBe(address());
  const { text } = await ada.get(address());
  expect(headings(text, 1)).toEqual(["Rotate the key “Robot”?"]);
  const page = words(text);
  expect(page).toContain("Scope: Read and write. Expires: in 30 days.");
  expect(page).toContain(`The old key, ${old.slice(0, 11)}…, works for another 24 hours`);
  expect(page).toContain("Olga Owner gets an email.");
  expect(buttons(text)).toContain("Rotate");
  expect(linkTo(text, "Cancel")).toBe(`${profile()}#api-keys`);
  expect(await everything(roster)).toEqual(before);
});

test("rotating makes a key of the same name, scope and lifetime, shows it once, and lets the old one work for 24 hours", async () => {
  // The new key's days count from now.
  await change({ created_at: inHours(-480), expires_at: inHours(240) });
  const answer = await pressRotate(ada, owner, oldId);
  expect([answer.status, answer.headers["cache-control"]]).toEqual([200, "no-store"]);
  expect(headings(answer.text, 2)).toContain("Your new key “Robot”");
  const key = keyIn(answer.text) ?? "";
  expect(key).not.toBe(old);
  const [before, after] = await keys();
  expect(after).toMatchObject({
    name: "Robot",
    scope: "write",
    lifetime_days: 30,
    revoked_at: null,
    replaced_by: null,
  });
  expect(hoursTo(after.expires_at) / 24).toBeCloseTo(30, 2);
  expect(before).toMatchObject({ replaced_by: after.id, revoked_at: null });
  expect(hoursTo(before.expires_at)).toBeCloseTo(24, 1);
  expect([await status(old), await status(key)]).toEqual([200, 200]);
  const page = (await ada.get(profile())).text;
  expect(page).not.toContain(key.slice(11));
  expect(
    tables(section(page, "API keys"))[0]?.map((row) => [
      /^Robot (roster_|replaced)/.exec(row[0] ?? "")?.[0],
      row[3],
      row[4],
    ]),
  ).toEqual([
    ["Robot roster_", expect.stringMatching(/^\d/), "Rotate Revoke"],
    ["Robot replaced", expect.stringMatching(/^(tomorrow|in 23 hours)$/), "Revoke"],
  ]);

  await change({ expires_at: inHours(-0.01) });
  expect([await status(old), await status(key)]).toEqual([401, 200]);
});

test("rotating a key without expiry ends it after 24 hours, and the new key has no expiry", async () => {
  await roster.db("api_keys").where({ id: oldId }).update({ lifetime_days: null, expires_at: null });
  expect(words((await ada.get(address())).text)).toContain("Expires: never.");
  await pressRotate(ada, owner, oldId);
  const [before, after] = await keys();
  expect(hoursTo(before.expires_at)).toBeCloseTo(24, 1);
  expect(after).toMatchObject({ lifetime_days: null, expires_at: null });
});

test("rotating a key that expires within 24 hours keeps its end", async () => {
  const end = inHours(3.5);
  await change({ expires_at: end });
  expect(words((await ada.get(address())).text)).toMatch(/works until it expires \([^)]+\d{2}:\d{2}[^)]*\), so that/);
  await pressRotate(ada, owner, oldId);
  expect((await keys())[0].expires_at).toBe(end);
});

test("rotating writes history and informs the owner by mail", async () => {
  const key = keyIn((await pressRotate(ada, owner, oldId)).text) ?? "";
  expect(await historyOf(roster, owner, "api-key.rotated")).toEqual([
    {
      action: "api-key.rotated",
      by: roster.people.ada.id,
      changes: { name: { before: null, after: "Robot" }, scope: { before: null, after: "write" } },
    },
  ]);
  expect(await historyOf(roster, owner, "api-key.generated")).toHaveLength(1);
  expect(words((await ada.get("/admin/activity")).text)).toContain(
    "Ada Lovelace rotated an API key of Olga Owner Name: Robot Scope: Read and write",
  );
  const mails = (await outbox(roster)).filter(({ to }) => to === owner.email);
  expect(mails).toHaveLength(2);
  expect(mails[1]?.text).toContain("“Robot”");
  expect(mails[1]?.text).not.toContain(key.slice(7, 20));
});

test("sending the rotate form again shows the same key for a while, later no key, and never makes a second one", async () => {
  const fields = formFields((await ada.get(address())).text);
  const key = keyIn((await ada.post(address(), fields)).text);
  expect([key, keyIn((await ada.post(address(), fields)).text)]).toEqual([expect.anything(), key]);
  await roster.db("submissions").update({ created_at: "2026-01-01T00:00:00.000Z" });
  const answer = await ada.post(address(), fields);
  expect([answer.status, errorsOf(answer.text), keyIn(answer.text)]).toEqual([422, refusal, undefined]);
  expect(await keys()).toHaveLength(2);
});

test("sending the rotate form in parallel makes one key, from one form or from several", async () => {
  const fields = formFields((await ada.get(address())).text);
  const same = await Promise.all(Array.from({ length: 4 }, () => ada.post(address(), fields)));
  expect(same.map((answer) => answer.status).toSorted()).toEqual([200, 200, 200, 200]);
  const newId = (await keys())[1].id;
  const forms = await Promise.all(Array.from({ length: 4 }, () => ada.get(address(newId))));
  const others = await Promise.all(forms.map(({ text }) => ada.post(address(newId), formFields(text))));
  expect(others.map((answer) => answer.status).toSorted()).toEqual([200, 422, 422, 422]);
  expect([(await keys()).length, (await historyOf(roster, owner, "api-key.rotated")).length]).toEqual([3, 2]);
});

test("two processes that rotate a key at the same moment make one new key", async () => {
  const user = toUser(await selectUsers(roster.db).where({ id: owner.id }).first());
  const { id: by } = roster.people.ada;
  const rotate = () => rotateKey(roster.deps, { actor: { kind: "user", id: by }, user, keyId: oldId, by });
  const results = await Promise.allSettled([rotate(), rotate(), rotate(), rotate()]);
  const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  expect(refused.map((error) => error.errors)).toEqual([refusal, refusal, refusal]);
  expect(await keys()).toHaveLength(2);
});

test.each<[string, () => Promise<unknown>]>([
  ["revoked", () => change({ revoked_at: inHours(-1) })],
  ["expired", () => change({ expires_at: inHours(-1) })],
  ["rotated already", () => pressRotate(ada, owner, oldId)],
])("a key that is %s has no rotate link, and rotating it is refused", async (_, end) => {
  await end();
  const before = await everything(roster);
  const answer = await pressRotate(ada, owner, oldId);
  expect([answer.status, errorsOf(answer.text)]).toEqual([422, refusal]);
  expect(keyIn(answer.text)).toBeUndefined();
  expect(await everything(roster)).toEqual(before);
  expect((await ada.get(profile())).text).not.toContain(address());
});

test("a key that replaced another can be rotated too", async () => {
  await pressRotate(ada, owner, oldId);
  const key = keyIn((await pressRotate(ada, owner, (await keys())[1].id)).text) ?? "";
  expect([await status(old), await status(key), (await keys()).length]).toEqual([200, 200, 3]);
});

test("rotating is not possible on the free plan", async () => {
  const fields = formFields((await ada.get(address())).text);
  await roster.db("organizations").where({ name: "Acme" }).update({ plan: "free" });
  const answers = [await ada.get(address()), await ada.post(address(), fields), await ada.post(address())];
  await roster.db("organizations").where({ name: "Acme" }).update({ plan: "pro" });
  expect(answers.map((answer) => answer.status)).toEqual([403, 403, 403]);
  expect(words(answers[0]?.text ?? "")).toContain("API keys are a Pro feature");
  expect(await keys()).toHaveLength(1);
});

test("rotating answers 404 for a key of another user or organization and for one that does not exist", async () => {
  const fields = formFields((await ada.get(address())).text);
  const elsewhere = [`/admin/managers/${roster.people.max.id}/api-keys/${oldId}/rotate`, address(999_999)];
  for (const path of [...elsewhere, `${profile()}/api-keys/${oldId}x/rotate`]) {
    expect((await ada.get(path)).status).toBe(404);
    expect((await ada.post(path, fields)).status).toBe(404);
  }
  const page = (id: number | string): string => `/admin/managers/${id}/api-keys/${oldId}/rotate`;
  expect(await statusesForOthers(roster, ada, page, fields)).toEqual([404]);
  await roster.db("organizations").where({ name: "Globex" }).update({ plan: "pro" });
  const eve = await logIn(roster, "eve");
  const _csrf = await eve.token("/admin/organization");
  for (const path of [address(), page(roster.people.eve.id)])
    expect([(await eve.get(path)).status, (await eve.post(path, { ...fields, _csrf })).status]).toEqual([404, 404]);
  expect(await keys()).toHaveLength(1);
});

test("only an Admin can rotate a key, not its owner", async () => {
  const fields = formFields((await ada.get(address())).text);
  const olga = await logIn(roster, owner);
  expect((await olga.get(address())).status).toBe(403);
  const _csrf = await olga.token("/profile");
  expect((await olga.post(address(), { ...fields, _csrf })).status).toBe(403);
  expect(await keys()).toHaveLength(1);
});
