import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { apiTable } from "../../src/api/table.ts";
import { afterResponseSettled } from "../../src/platform/run-after-response.ts";
import { keyOf } from "../support/api-client.ts";
import { send as sendOne } from "../support/api-tour.ts";
import { changeBeforeTransaction } from "../support/change-before-transaction.ts";
import { triesFor } from "../support/guessing.ts";
import { outbox } from "../support/outbox.ts";
import { addInvited, addUser, giveResetLink, type Person, password } from "../support/people.ts";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { logIn, visit } from "../support/visitor.ts";

// What a stolen key with write access can do in two steps: first with an operation, then without the key. Neither may
// open an account that was closed, because no person has confirmed anything with a password.

let roster: Roster;
let second: Pick<Roster, "url" | "close">;
let meanwhile: (change: () => Promise<unknown>) => void;
let key: string;
let count = 0;
/** Another active Admin, an inactive Admin, an active Member with a second factor and a key, and an inactive Member. */
let bob: Person;
let iva: Person;
let zoe: Person;
let tim: Person;
/** An address that belongs to none of them. */
let evil: string;

beforeAll(async () => {
  roster = await startRoster();
  const { db, before } = changeBeforeTransaction(roster.db);
  meanwhile = before;
  second = await startSecondServer(roster, {}, { db });
  key = await keyOf(roster, roster.people.ada);
});
beforeEach(async () => {
  await roster.db("throttles").del();
  count += 1;
  const add = (name: string, role: "admin" | "member") =>
    addUser(roster.deps, { email: `${name}${count}@example.com`, role });
  evil = `evil${count}@evil.example`;
  [bob, iva, zoe, tim] = [
    await add("bob", "admin"),
    await add("iva", "admin"),
    await add("zoe", "member"),
    await add("tim", "member"),
  ];
  const inactive = [iva.id, tim.id];
  await roster.db("users").whereIn("id", inactive).update({ status: "inactive" });
  await giveSecondFactor(roster, zoe);
  for (const person of [bob, iva, zoe]) await keyOf(roster, person);
  await giveResetLink(roster.deps, zoe);
});
afterAll(() => roster.close());

type Sent = { status: number; text: string };
type Wishes = { body?: object; on?: Pick<Roster, "url"> };

async function send(method: string, path: string, { body, on = roster }: Wishes = {}): Promise<Sent> {
  const headers = { "X-API-Key": key, "If-Match": "*", ...(body && { "Content-Type": "application/json" }) };
  const answer = await fetch(`${on.url}/api/v1${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}
const statusOf = async (...asked: Parameters<typeof send>) => (await send(...asked)).status;
const patch = ({ id }: { id: number }, body: object) => statusOf("PATCH", `/users/${id}`, { body });
const created = { firstName: "Kim", lastName: "Lee", role: "manager", password };
const idsOf = (rows: { id: number }[]) => rows.map(({ id }) => id).sort((a, b) => a - b);

/** What opens the accounts of these users: passwords, factors, sessions, keys, Admins and open links. */
async function accounts(of: number[]) {
  const { db } = roster;
  const mine = (table: string) => db(table).whereIn("user_id", of);
  return {
    passwords: await db("users").whereIn("id", of).orderBy("id").select("id", "password_hash"),
    factors: await mine("second_factors").orderBy("user_id").select("user_id", "encrypted_secret"),
    secondFactorRules: await db("organizations").orderBy("id").select("id", "second_factor_rule"),
    admins: idsOf(await db("users").where({ role: "admin", status: "active", invited_until: null }).select("id")),
    keys: idsOf(await db("api_keys").where({ revoked_at: null }).select("id")),
    sessions: (await mine("sessions").pluck("id_hash")).sort(),
    links: (await mine("one_time_links").pluck("token_hash")).sort(),
  };
}

/** After the attack no account is open to more than before, and reset links go only to known addresses. */
async function opensNoAccount(attack: () => Promise<unknown>): Promise<void> {
  const people = [roster.people.ada, bob, iva, zoe, tim];
  const of = people.map(({ id }) => id);
  const before = await accounts(of);
  await attack();
  const after = await accounts(of);
  const more = (name: "admins" | "keys" | "sessions" | "links") =>
    (after[name] as unknown[]).filter((id) => !(before[name] as unknown[]).includes(id));
  expect({
    ...after,
    admins: more("admins"),
    keys: more("keys"),
    sessions: more("sessions"),
    links: more("links"),
  }).toEqual({ ...before, admins: [], keys: [], sessions: [], links: [] });
  await afterResponseSettled();
  const { length } = await outbox(roster);
  await roster.db("throttles").del();
  const present = await roster.db("users").whereIn("id", of).pluck("email");
  for (const email of [...present, ...people.map(({ email }) => email), evil])
    await visit(roster).submit("/forgot-password", { email });
  await afterResponseSettled();
  const links = (await outbox(roster)).slice(length).filter(({ text }) => text.includes("/reset-password/"));
  const known = people.map(({ email }) => email);
  expect([...new Set(links.map(({ to }) => to))].filter((to) => !known.includes(to))).toEqual([]);
  expect(links.length).toBeGreaterThan(0);
}

/** These pages reveal nothing that opens an account. */
async function revealsNoSecret(...paths: string[]): Promise<void> {
  const { db } = roster;
  const secrets = [
    // Someone who is invited has none.
    ...(await db("users").whereNot({ password_hash: "" }).pluck("password_hash")),
    ...(await db("api_keys").pluck("key_hash")),
    ...(await db("one_time_links").pluck("token_hash")),
    ...(await db("sessions").pluck("id_hash")),
    ...(await db("second_factors").pluck("encrypted_secret")),
    ...(await db("recovery_codes").pluck("code_hash")),
  ];
  for (const path of paths) {
    const { status, text } = await send("GET", path);
    expect([path, status, secrets.filter((secret) => text.includes(secret))]).toEqual([path, 200, []]);
    expect(text).not.toMatch(/roster_\w{36}|\/reset-password\//);
  }
}

/** The worst use of each operation of src/api/table.ts. A new operation needs an entry here and in docs/api.md. */
const attacks: Record<string, () => Promise<unknown>> = {
  "GET /me": () => revealsNoSecret("/me"),
  "GET /permissions/check": async () =>
    expect(await statusOf("GET", "/permissions/check?feature=users&action=edit")).toBe(204),
  "GET /roles": () => revealsNoSecret("/roles"),
  "GET /users": () => revealsNoSecret("/users?limit=200"),
  "GET /users/:id": () => revealsNoSecret(`/users/${bob.id}`, `/users/${zoe.id}`),
  "GET /users/:id/api-keys": () => revealsNoSecret(`/users/${bob.id}/api-keys`, `/users/${zoe.id}/api-keys`),
  "GET /activity": () => revealsNoSecret("/activity?limit=200"),

  "POST /users": async () => {
    expect(await statusOf("POST", "/users", { body: { ...created, role: "admin", email: `a${evil}` } })).toBe(403);
    expect(await patch(zoe, { email: `b${evil}` })).toBe(200);
    // Zoë's reset links go to this address.
    expect(await statusOf("POST", "/users", { body: { ...created, email: zoe.email } })).toBe(422);
    expect(await statusOf("POST", "/users", { body: { ...created, email: `c${evil}` } })).toBe(201);
    // The second step: a person logs in with the password that the key has set, and reaches only the own account.
    const kim = await logIn(roster, { email: `c${evil}` });
    const _csrf = await kim.token("/profile");
    for (const page of ["confirm-email", "role", "password", "status", "api-keys", "second-factor"])
      expect([page, (await kim.post(`/admin/managers/${zoe.id}/${page}`, { _csrf })).status]).toEqual([page, 403]);
  },

  "PATCH /users/:id": async () => {
    for (const admin of [roster.people.ada, bob, iva]) {
      expect([admin.email, await patch(admin, { email: evil })]).toEqual([admin.email, 403]);
      expect(await patch(admin, { email: evil, role: "member" })).toBe(403);
      expect(await patch(admin, { email: "no address" })).toBe(403);
      expect(await patch(admin, { email: ` ${admin.email.toUpperCase()} `, lastName: "Same" })).toBe(200);
    }
    expect(await patch(zoe, { role: "admin" })).toBe(403);
    expect(await patch(zoe, { password })).toBe(403);
    // Addresses set by the key, one after the other, then one of a demoted Admin.
    for (const email of [`d${evil}`, evil]) expect(await patch(zoe, { email })).toBe(200);
    expect(await patch(bob, { role: "member" })).toBe(200);
    expect(await patch(bob, { email: `e${evil}` })).toBe(200);
    expect(await patch(bob, { role: "admin" })).toBe(403);
  },

  "POST /users/:id/activate": async () => {
    expect(await statusOf("POST", `/users/${iva.id}/activate`)).toBe(403);
    expect(await statusOf("POST", `/users/${tim.id}/activate`)).toBe(204);
  },
  "POST /users/:id/invitation": async () => {
    const ida = await addInvited(roster.deps, { email: `ida${count}@example.com`, role: "admin" });
    expect(await statusOf("POST", `/users/${ida.id}/invitation`)).toBe(403);
    for (const { id } of [bob, zoe, iva, tim]) expect(await statusOf("POST", `/users/${id}/invitation`)).not.toBe(200);
  },
  "POST /users/:id/deactivate": async () => {
    for (const { id } of [bob, zoe]) expect(await statusOf("POST", `/users/${id}/deactivate`)).toBe(204);
    // A key can activate only a Member, whose sessions and links stay ended.
    expect(await statusOf("POST", `/users/${bob.id}/activate`)).toBe(403);
    expect(await statusOf("POST", `/users/${zoe.id}/activate`)).toBe(204);
  },
  "PUT /users/:id/photo": async () =>
    expect((await sendOne(roster, "put /users/{id}/photo", { id: bob.id, keyId: 0 }, key)).status).toBe(204),
  "DELETE /users/:id/photo": async () => expect(await statusOf("DELETE", `/users/${bob.id}/photo`)).toBe(204),
  "DELETE /users/:id/api-keys/:keyId": async () => {
    const { id } = await roster.db("api_keys").where({ user_id: bob.id }).first();
    expect(await statusOf("DELETE", `/users/${bob.id}/api-keys/${id}`)).toBe(204);
  },
};

const operations = apiTable.map(({ method, path }) => `${method.toUpperCase()} ${path}`);

test("the attacks listed here and in the manual cover exactly the operations of the API", () => {
  expect(Object.keys(attacks).sort()).toEqual([...operations].sort());
  const manual = readFileSync(join(import.meta.dirname, "../../docs/api.md"), "utf8");
  const [, part = ""] = manual.split("## What a stolen key can do");
  const [table = ""] = part.split("\n## ");
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(named.sort()).toEqual([...operations].sort());
});

test.each(operations)("%s opens no account to a stolen key, even in a second step", async (operation) => {
  await opensNoAccount(async () => attacks[operation]?.());
});

test("a changed email gives someone who guesses passwords no new tries", async () => {
  const guessed = `guessed${count}@example.com`;
  await triesFor(roster, zoe.email, 5);
  expect(await patch(zoe, { email: guessed })).toBe(200);
  expect(await triesFor(roster, guessed, 1)).toEqual([429]);
  expect(await patch(zoe, { email: zoe.email })).toBe(200);
  expect(await triesFor(roster, zoe.email, 1)).toEqual([429]);
});

describe("if a user becomes or stops being an Admin during the request, the user", () => {
  type Case = [string, () => Person, string, (id: number) => Promise<Sent>];
  const change = (body: object) => (id: number) => send("PATCH", `/users/${id}`, { body, on: second });

  test.each<Case>([
    ["keeps the email", () => zoe, "admin", (id) => change({ email: evil })(id)],
    ["is not made an Admin again", () => bob, "member", change({ role: "admin" })],
    ["is not activated", () => tim, "admin", (id) => send("POST", `/users/${id}/activate`, { on: second })],
  ])("%s", async (_, person, role, attack) => {
    const { id } = person();
    const stored = () => roster.db("users").where({ id }).first();
    let before: unknown;
    meanwhile(async () => {
      await roster.db("users").where({ id }).update({ role });
      before = await stored();
    });
    const { status, text } = await attack(id);
    expect([status, JSON.parse(text).type]).toEqual([403, "/api/docs#for-people-only"]);
    expect(await stored()).toEqual(before);
  });
});
