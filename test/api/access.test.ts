import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { updateOrganization } from "../../src/organization/queries.ts";
import { type ApiProblem, keyOf, problemName } from "../support/api-client.ts";
import { operations, readySubject, send } from "../support/api-tour.ts";
import { addApplication, applicationKey } from "../support/applications.ts";
import { addUser, type Person } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";

// Each operation with each kind of key: a key may do what both its scope and its owner's role allow.

let roster: Roster;
let subject: { id: number; keyId: number };
let tom: Person;

beforeAll(async () => {
  roster = await startRoster();
  tom = await addUser(roster.deps, { email: "tom@example.com" });
  await keyOf(roster, tom, { name: "Tom's" });
  subject = { id: tom.id, keyId: (await roster.db("api_keys").where({ name: "Tom's" }).first()).id };
});
afterAll(() => roster.close());

const forEverybody = ["get /me", "get /permissions/check", "get /roles"];
const reads = (operation: string): boolean => operation.startsWith("get ");
const isAbout = (operation: string): boolean => operation.includes("{id}");

/** Everything that an operation could write. */
async function everything(): Promise<string> {
  const tables = ["users", "photos", "sessions", "idempotency_keys"];
  const rows = await Promise.all(tables.map((table) => roster.db(table)));
  // Refused requests are recorded once an hour (test/audit/on-record.test.ts).
  rows.push(await roster.db("activity").whereNot({ action: "access.refused" }));
  return JSON.stringify([rows, await roster.db("api_keys").select("id", "revoked_at")]);
}

async function setPlan(name: string, plan: "free" | "pro"): Promise<void> {
  const { id } = await roster.db("organizations").where({ name }).first();
  await roster.db.transaction((trx) => updateOrganization(trx, id, { plan }));
}

type Case = {
  who: string;
  key: () => Promise<string | undefined>;
  /** The expected problem, or undefined if the request succeeds. */
  problem: (operation: string) => string | undefined;
};

const cases: Case[] = [
  { who: "an Admin's key that may write", key: () => keyOf(roster, roster.people.ada), problem: () => undefined },
  {
    who: "an Admin's key that may only read",
    key: () => keyOf(roster, roster.people.ada, { scope: "read" }),
    problem: (operation) => (reads(operation) ? undefined : "read-only-key"),
  },
  {
    who: "a Manager's key that may write",
    key: () => keyOf(roster, roster.people.max),
    problem: (operation) => (forEverybody.includes(operation) ? undefined : "forbidden"),
  },
  {
    who: "a Member's key that may write",
    key: () => keyOf(roster, roster.people.mia),
    problem: (operation) => (forEverybody.includes(operation) ? undefined : "forbidden"),
  },
  {
    who: "a Member's key that may only read",
    key: () => keyOf(roster, roster.people.mia, { scope: "read" }),
    problem: (operation) =>
      forEverybody.includes(operation) ? undefined : reads(operation) ? "forbidden" : "read-only-key",
  },
  {
    who: "a key of another organization's Admin",
    key: async () => {
      await setPlan("Globex", "pro");
      return keyOf(roster, roster.people.eve);
    },
    problem: (operation) => (isAbout(operation) ? "not-found" : undefined),
  },
  {
    who: "a key of an organization on the free plan",
    key: async () => {
      await setPlan("Globex", "free");
      return keyOf(roster, roster.people.eve);
    },
    problem: () => "pro-needed",
  },
  {
    who: "a key whose owner must choose a new password",
    key: async () =>
      keyOf(roster, await addUser(roster.deps, { email: "new@example.com", role: "admin", mustChangePassword: true })),
    problem: () => "new-password-needed",
  },
  {
    who: "an application's own key",
    key: async () => applicationKey(roster, await addApplication(roster)),
    problem: (operation) =>
      ["get /roles", "get /users", "get /users/{id}"].includes(operation)
        ? undefined
        : reads(operation)
          ? "forbidden"
          : "read-only-key",
  },
  { who: "an inactive user's key", key: () => keyOf(roster, roster.people.ian), problem: () => "unauthorized" },
  { who: "a request without a key", key: async () => undefined, problem: () => "unauthorized" },
];

describe.each(cases)("$who", ({ key, problem }) => {
  let secret: string | undefined;
  beforeAll(async () => {
    secret = await key();
  });

  test.each(operations)("gets the expected answer from %s", async (operation) => {
    const expected = problem(operation);
    const about = await readySubject(roster, operation, subject);
    const before = await everything();
    const answer = await send(roster, operation, about, secret);
    if (expected === undefined) {
      expect([200, 201, 204]).toContain(answer.status);
    } else {
      expect(problemName({ error: (await answer.json()) as ApiProblem })).toBe(expected);
      expect(await everything()).toBe(before);
    }
  });
});

test("an Admin of another organization reads and changes only that organization over the API", async () => {
  await setPlan("Globex", "pro");
  const key = await keyOf(roster, roster.people.eve);
  for (const operation of ["get /users", "get /activity"])
    expect(await (await send(roster, operation, subject, key)).text()).not.toMatch(/Lovelace|tom@example/);
  const { id } = (await (await send(roster, "post /users", subject, key)).json()) as { id: number };
  const { organization_id } = await roster.db("users").where({ id: roster.people.eve.id }).first();
  expect((await roster.db("users").where({ id }).first()).organization_id).toBe(organization_id);
});

test("keys stop working on the free plan and work again on Pro", async () => {
  const key = await keyOf(roster, roster.people.ada);
  await setPlan("Acme", "free");
  expect((await send(roster, "get /me", subject, key)).status).toBe(403);
  await setPlan("Acme", "pro");
  expect((await send(roster, "get /me", subject, key)).status).toBe(200);
});
