import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { timestamp } from "../../src/platform/time.ts";
import { apiClient, clientOf, keyOf, problemName } from "../support/api-client.ts";
import { refuseWrites } from "../support/refusing.ts";
import { type Roster, startRoster } from "../support/roster.ts";

let roster: Roster;

beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster.close());

test("GET /me returns the key's owner with permissions, and the key", async () => {
  const { max } = roster.people;
  const client = await clientOf(roster, max, { name: "Deploy", scope: "read", lifetimeDays: 30 });
  const stored = await roster.db("users").where({ id: max.id }).first();
  const { expires_at } = await roster.db("api_keys").where({ name: "Deploy" }).first();
  const { data, response } = await client.GET("/me");
  expect(response.status).toBe(200);
  expect(data).toEqual({
    id: max.id,
    firstName: "Max",
    lastName: "O'Brien",
    email: "max@example.com",
    role: "manager",
    status: "active",
    createdAt: stored.created_at,
    deactivateOn: null,
    invitedUntil: null,
    lastLoginAt: null,
    permissions: { organization: ["edit", "view"], users: [], apps: ["edit", "view"], partners: ["edit", "view"] },
    organization: { id: stored.organization_id, name: "Acme", plan: "pro" },
    key: { name: "Deploy", scope: "read", expiresAt: expires_at },
  });
  expect(stored.created_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/);
  const days = (Date.parse(expires_at) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(29.99);
  expect(days).toBeLessThanOrEqual(30);
});

test("GET /me returns null as the expiry of a key without one", async () => {
  const client = await clientOf(roster, roster.people.mia, { lifetimeDays: null });
  expect((await client.GET("/me")).data?.key.expiresAt).toBeNull();
});

test("GET /me takes the key from X-API-Key and from Authorization: Bearer, in any case of the word", async () => {
  const key = await keyOf(roster, roster.people.ada);
  for (const headers of [
    { "X-API-Key": key },
    { Authorization: `Bearer ${key}` },
    { authorization: `bearer  ${key}` },
  ]) {
    expect((await fetch(`${roster.url}/api/v1/me`, { headers })).status).toBe(200);
  }
});

test("GET /me reads the owner's role at each request", async () => {
  const { mia } = roster.people;
  const client = await clientOf(roster, mia);
  expect((await client.GET("/me")).data?.permissions.apps).toEqual(["view"]);
  await roster.db("users").where({ id: mia.id }).update({ role: "manager" });
  expect((await client.GET("/me")).data?.permissions.apps).toEqual(["edit", "view"]);
  await roster.db("users").where({ id: mia.id }).update({ role: "member" });
});

test("GET /me returns no member named for a password or a hash", async () => {
  const client = await clientOf(roster, roster.people.ada);
  expect(JSON.stringify((await client.GET("/me")).data)).not.toMatch(/"[^"]*(password|hash)[^"]*":/i);
});

test("GET /me records the key's last use with its address, at most once a minute", async () => {
  const key = await keyOf(roster, roster.people.ada, { name: "Used" });
  const stored = () => roster.db("api_keys").where({ name: "Used" }).first();
  expect(await stored()).toMatchObject({ last_used_at: null, last_used_address: null });
  const client = apiClient(roster, key);
  const began = timestamp();
  await client.GET("/me");
  const first = await stored();
  expect(first.last_used_at >= began).toBe(true);
  expect(first.last_used_address).toBe("127.0.0.1");
  await client.GET("/me");
  expect((await stored()).last_used_at).toBe(first.last_used_at);

  const earlier = new Date(Date.now() - 61_000).toISOString();
  await roster.db("api_keys").where({ name: "Used" }).update({ last_used_at: earlier });
  await client.GET("/me");
  expect((await stored()).last_used_at > earlier).toBe(true);
});

test("GET /me succeeds even if the key's use could not be recorded", async () => {
  const client = await clientOf(roster, roster.people.ada);
  const allow = await refuseWrites(roster.db, "update", "api_keys");
  expect((await client.GET("/me")).response.status).toBe(200);
  await allow();
});

test("a key is stored only as its hash and its first eleven characters", async () => {
  const key = await keyOf(roster, roster.people.ada, { name: "Kept" });
  const row = await roster.db("api_keys").where({ name: "Kept" }).first();
  expect(row.start).toBe(key.slice(0, 11));
  expect(JSON.stringify(row)).not.toContain(key.slice(11));
  expect((await apiClient(roster, `${key.slice(0, -1)}~`).GET("/me")).response.status).toBe(401);
  expect(problemName(await apiClient(roster, "").GET("/me"))).toBe("unauthorized");
  expect(roster.log()).not.toContain(key.slice(11));
});
