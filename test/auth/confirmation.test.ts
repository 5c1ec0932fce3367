import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { afterResponseSettled, maxPending, runAfterResponse } from "../../src/platform/run-after-response.ts";
import { hashToken } from "../../src/platform/secrets.ts";
import { timestampIn } from "../../src/platform/time.ts";
import { triesFor, tryLogIn } from "../support/guessing.ts";
import { buttons, errorsOf, headings, labels, linkTo, titleOf, words } from "../support/html.ts";
import { generateKey, keyIn } from "../support/keys.ts";
import { addUser, type Person, password } from "../support/people.ts";
import { everything, historyOf, storedUser } from "../support/records.ts";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { cookieOf, sessionIdOf, sessionOf } from "../support/sessions.ts";
import { formFields, logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let zoe: Person;
let count = 0;

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(async () => {
  await roster.db("throttles").del();
  ada = await logIn(roster, "ada");
  count += 1;
  zoe = await addUser(roster.deps, { email: `zoe${count}@example.com`, firstName: "Zoë", lastName: "O'Neill" });
});
afterAll(() => roster.close());

const minute = 60_000;
const chosen = "copper lantern drizzle 8";
const of = (part: string): string => `/admin/managers/${zoe.id}/${part}`;
const rowOf = (visitor: Visitor) => roster.db("sessions").where({ id_hash: hashToken(sessionIdOf(visitor)) });
const proveAgo = (visitor: Visitor, minutes: number) =>
  rowOf(visitor).update({ password_confirmed_at: timestampIn(-minutes * minute) });
const works = async (person: Person, word: string) =>
  roster.deps.hashing.verify(word, (await storedUser(roster, person)).password_hash);
const keysOf = (person: Person) => roster.db("api_keys").where({ user_id: person.id });
const twice = { password: chosen, confirmPassword: chosen };

type Form = {
  name: string;
  page: () => string | Promise<string>;
  action?: () => string;
  fields: Record<string, string | undefined>;
  isDone: () => Promise<boolean>;
};
const forms: Form[] = [
  {
    name: "setting another's password",
    page: () => of("password"),
    fields: { ...twice, mustChange: undefined },
    isDone: async () => (await works(zoe, chosen)) && !(await storedUser(roster, zoe)).must_change_password,
  },
  {
    name: "making someone an Admin",
    page: () => of("role"),
    fields: { role: "admin" },
    isDone: async () => (await storedUser(roster, zoe)).role === "admin",
  },
  {
    name: "creating an Admin",
    page: () => "/admin/managers/new",
    fields: { firstName: '"><b>Ann', lastName: "Admin", email: "ann@example.com", role: "admin", ...twice },
    isDone: async () => {
      const ann = await roster.db("users").where({ email: "ann@example.com" }).first();
      return ann?.role === "admin" && ann.first_name === '"><b>Ann' && (await works(ann, chosen));
    },
  },
  {
    name: "changing an email",
    page: () => of("personal-information"),
    fields: { firstName: "Zoé", email: "zoe.new@example.com" },
    isDone: async () => {
      const { email, first_name } = await storedUser(roster, zoe);
      return email === "zoe.new@example.com" && first_name === "Zoé";
    },
  },
  {
    name: "confirming an email that a key has set",
    page: async () => {
      await roster
        .db("users")
        .where({ id: zoe.id })
        .update({ confirmed_email: `before${count}@example.com` });
      return of("confirm-email");
    },
    fields: {},
    isDone: async () => (await storedUser(roster, zoe)).confirmed_email === null,
  },
  {
    name: "activating an Admin",
    page: async () => {
      await roster.db("users").where({ id: zoe.id }).update({ role: "admin", status: "inactive" });
      return of("status");
    },
    fields: {},
    isDone: async () => (await storedUser(roster, zoe)).status === "active",
  },
  {
    name: "generating a key",
    page: () => `/admin/managers/${zoe.id}`,
    action: () => of("api-keys"),
    fields: { name: "Nightly", scope: "write" },
    isDone: async () => (await keysOf(zoe).where({ name: "Nightly", scope: "write" })).length === 1,
  },
  {
    name: "rotating a key",
    page: async () => {
      if ((await keysOf(zoe)).length === 0) await generateKey(ada, zoe);
      return of(`api-keys/${(await keysOf(zoe).first()).id}/rotate`);
    },
    fields: {},
    isDone: async () => (await keysOf(zoe)).length === 2,
  },
];

describe.each(forms)("$name", ({ page, action, fields, isDone }) => {
  const send = async () => {
    const path = await page();
    await proveAgo(ada, 30);
    return ada.submit(path, fields, action ? { action: action() } : {});
  };
  const address = async () => action?.() ?? page();

  test("asks for your password after 30 minutes and then continues with everything typed (CVE-2026-27898)", async () => {
    const asked = await send();
    expect([asked.status, headings(asked.text, 1)]).toEqual([403, ["Confirm it’s you"]]);
    expect([labels(asked.text), linkTo(asked.text, "Cancel")]).toEqual([["Your password"], await address()]);
    expect(buttons(asked.text)).toContain("Confirm");
    expect(asked.text).not.toContain(chosen);
    expect(await isDone()).toBe(false);

    const before = await everything(roster);
    const refused = await ada.post(await address(), { ...formFields(asked.text), ownPassword: "not it" });
    expect([refused.status, errorsOf(refused.text)]).toEqual([
      422,
      { ownPassword: "This is not your password. Enter the one that you log in with." },
    ]);
    expect(await everything(roster)).toEqual(before);

    const old = cookieOf(ada);
    const done = await ada.post(await address(), { ...formFields(refused.text), ownPassword: password });
    expect([done.status, await isDone()]).toEqual([action || keyIn(done.text) ? 200 : 303, true]);
    expect(cookieOf(ada)).not.toBe(old);
    expect((await visit(roster).get("/profile").set("Cookie", old)).headers.location).toMatch(/^\/login/);
    expect((await historyOf(roster, roster.people.ada, "user.confirmed")).at(-1)?.by).toBe(roster.people.ada.id);
    expect(JSON.stringify([roster.log(), await roster.db("sessions"), await roster.db("activity")])).not.toMatch(
      new RegExp(`${chosen}|${password}`),
    );
  });

  test("does not ask for your password within 30 minutes of the last time", async () => {
    const path = await page();
    await proveAgo(ada, 29);
    const sent = { ...fields, ...(fields.email && { email: `young${count}@example.com` }) };
    const answer = await ada.submit(path, sent, action ? { action: action() } : {});
    expect([200, 303]).toContain(answer.status);
  });
});

test.each(forms.filter(({ fields }) => Object.keys(fields).length > 0))(
  "$name shows the faults of the form before it asks for your password",
  async ({ page, action, fields }) => {
    const path = await page();
    await proveAgo(ada, 31);
    const faulty = Object.fromEntries(Object.keys(fields).map((name) => [name, ""]));
    const answer = await ada.submit(path, faulty, action ? { action: action() } : {});
    expect([answer.status, titleOf(answer.text)]).toEqual([422, expect.stringMatching(/^Error: /)]);
  },
);

test.each<[string, () => string, Record<string, string>]>([
  ["a name", () => of("personal-information"), { lastName: "Neil" }],
  ["a lower role", () => of("role"), { role: "manager" }],
  ["a new Member", () => "/admin/managers/new", { firstName: "A", lastName: "B", email: "ab@example.com", ...twice }],
  ["a status", () => of("status"), {}],
])("saving %s does not ask for your password", async (_, page, fields) => {
  await proveAgo(ada, 60);
  expect((await ada.submit(page(), fields)).status).toBe(303);
});

test("setting your own password asks for the current one, keeps this session and ends the others", async () => {
  const bob = await addUser(roster.deps, { email: `bob${count}@example.com`, role: "admin" });
  const [here, elsewhere] = [await logIn(roster, bob), await logIn(roster, bob)];
  await proveAgo(here, 45);
  const page = `/admin/managers/${bob.id}/password`;
  const asked = await here.submit(page, { ...twice, mustChange: undefined });
  expect(asked.status).toBe(403);
  await here.post(page, { ...formFields(asked.text), ownPassword: password });
  expect([await works(bob, chosen), (await here.get("/admin/managers")).status]).toEqual([true, 200]);
  expect((await elsewhere.get("/admin/managers")).status).toBe(303);
});

test("choosing a requested new password asks for the current one", async () => {
  const bob = await addUser(roster.deps, { email: `asked${count}@example.com`, mustChangePassword: true });
  const visitor = await logIn(roster, bob);
  await proveAgo(visitor, 45);
  const asked = await visitor.submit("/new-password", twice);
  expect([asked.status, await works(bob, chosen)]).toEqual([403, false]);
  const done = await visitor.post("/new-password", { ...formFields(asked.text), ownPassword: password });
  expect([done.status, await works(bob, chosen)]).toEqual([303, true]);
});

test("a session without a recorded confirmation must confirm", async () => {
  await rowOf(ada).update({ password_confirmed_at: null });
  expect((await ada.submit(of("password"), twice)).status).toBe(403);
});

test("a confirmation is valid for 30 minutes and does not extend the session", async () => {
  await rowOf(ada).update({
    created_at: timestampIn(-5 * 60 * minute),
    password_confirmed_at: timestampIn(-60 * minute),
  });
  const { created_at } = await sessionOf(roster, ada);
  const asked = await ada.submit(of("password"), twice);
  await ada.post(of("password"), { ...formFields(asked.text), ownPassword: password });
  expect(await sessionOf(roster, ada)).toMatchObject({ created_at, user_id: roster.people.ada.id });
  expect((await sessionOf(roster, ada)).password_confirmed_at > timestampIn(-minute)).toBe(true);
  expect((await ada.submit(of("role"), { role: "admin" })).status).toBe(303);
});

test("forms in other tabs stay valid after a confirmation", async () => {
  const tab = formFields((await ada.get(of("personal-information"))).text);
  await proveAgo(ada, 31);
  const asked = await ada.submit(of("password"), twice);
  await ada.post(of("password"), { ...formFields(asked.text), ownPassword: password });
  expect((await ada.post(of("personal-information"), { ...tab, lastName: "Tab" })).status).toBe(303);
});

test("the sealed password opens only unchanged, for the same form in the same session", async () => {
  const other = await addUser(roster.deps, { email: `other${count}@example.com` });
  const elsewhere = await logIn(roster, "ada");
  await proveAgo(ada, 31);
  const { text } = await ada.submit(of("password"), twice);
  const { _encrypted = "" } = formFields(text);
  const changed = `${_encrypted.slice(0, -4)}${_encrypted.slice(-4) === "AAAA" ? "BBBB" : "AAAA"}`;
  const tries: [Visitor, string, string][] = [
    [ada, `/admin/managers/${other.id}/password`, _encrypted],
    [elsewhere, of("password"), _encrypted],
    [ada, of("password"), changed],
    [ada, of("password"), "x"],
    [ada, of("password"), ""],
  ];
  for (const [visitor, page, encrypted] of tries) {
    const _csrf = await visitor.token(page);
    const answer = await visitor.post(page, { _csrf, _encrypted: encrypted, ownPassword: password, mustChange: "on" });
    expect([answer.status, errorsOf(answer.text).password]).toEqual([422, "Enter a password"]);
  }
  expect([await works(zoe, password), await works(other, password)]).toEqual([true, true]);
});

test("the sealed password is sealed with the first SESSION_SECRET and opens with any of them", async () => {
  const [old, young] = ["o".repeat(32), "y".repeat(32)];
  const before = await startSecondServer(roster, { SESSION_SECRET: old });
  const visitor = await logIn({ ...roster, url: before.url }, "ada");
  await proveAgo(visitor, 31);
  const { text } = await visitor.submit(of("password"), twice);
  const cookie = cookieOf(visitor);
  await before.close();
  const after = await startSecondServer(roster, { SESSION_SECRET: `${young},${old}` });
  const request = visit(after).agent.post(of("password")).set("Cookie", cookie).type("form");
  const done = await request.send({ ...formFields(text), ownPassword: password });
  await after.close();
  expect([done.status, await works(zoe, chosen)]).toEqual([303, true]);
});

test("wrong passwords on the confirmation page are limited as at the log-in, and keep what was typed", async () => {
  await proveAgo(ada, 31);
  let { text, status, headers } = await ada.submit(of("password"), twice);
  for (let tries = 0; tries < 15 && status !== 429; tries += 1)
    ({ text, status, headers } = await ada.post(of("password"), {
      ...formFields(text),
      ownPassword: `guess ${tries}`,
    }));
  expect([status, Number(headers["retry-after"])]).toEqual([429, expect.any(Number)]);
  expect(words(text)).toContain("Too many wrong passwords. Try again in 1 minute");
  const right = await ada.post(of("password"), { ...formFields(text), ownPassword: password });
  expect([right.status, await works(zoe, chosen)]).toEqual([429, false]);
  await roster.db("throttles").del();
  const done = await ada.post(of("password"), { ...formFields(right.text), ownPassword: password });
  expect([done.status, await works(zoe, chosen)]).toEqual([303, true]);
});

test("the log says that a lock on the confirmation page was not recorded, because too much is queued", async () => {
  // What earlier tests have queued would make room later.
  await afterResponseSettled();
  const { promise, resolve: release } = Promise.withResolvers<void>();
  for (let queued = 0; queued < maxPending; queued += 1) runAfterResponse(() => promise);
  try {
    await proveAgo(ada, 31);
    let { text, status } = await ada.submit(of("password"), twice);
    for (let tries = 0; tries < 15 && status !== 429; tries += 1)
      ({ text, status } = await ada.post(of("password"), { ...formFields(text), ownPassword: `guess ${tries}` }));
    expect([status, roster.log()]).toEqual([429, expect.stringContaining("a lock was not recorded")]);
  } finally {
    release();
  }
});

test("tries at the log-in and on the confirmation page are counted apart", async () => {
  await roster.db("known_browsers").del();
  await proveAgo(ada, 31);
  await triesFor(roster, "ada@example.com", 6);
  let { text } = await ada.submit(of("password"), twice);
  const done = await ada.post(of("password"), { ...formFields(text), ownPassword: password });
  expect([done.status, await works(zoe, chosen)]).toEqual([303, true]);

  await roster.db("throttles").del();
  await proveAgo(ada, 31);
  let status = 0;
  ({ text } = await ada.submit(of("role"), { role: "admin" }));
  for (let tries = 0; tries < 6; tries += 1)
    ({ text, status } = await ada.post(of("role"), { ...formFields(text), ownPassword: `guess ${tries}` }));
  expect([status, await tryLogIn(roster, "ada@example.com", password)]).toEqual([429, 303]);
});

test("an empty or repeated password on the confirmation page is wrong", async () => {
  await proveAgo(ada, 31);
  const { text } = await ada.submit(of("role"), { role: "admin" });
  for (const ownPassword of ["", [password, password]])
    expect((await ada.post(of("role"), { ...formFields(text), ownPassword })).status).toBe(422);
  expect((await storedUser(roster, zoe)).role).toBe("member");
});
