import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type ApiClient, apiClient, clientOf, faultsOf, keyOf, problemName } from "../support/api-client.ts";
import { refuseWrites } from "../support/refusing.ts";
import { type Roster, startRoster } from "../support/roster.ts";

let roster: Roster;
let key: string;
let client: ApiClient;
let name: string;

beforeAll(async () => {
  roster = await startRoster();
  key = await keyOf(roster, roster.people.ada);
  client = apiClient(roster, key);
});
afterAll(() => roster.close());

let turn = 0;
beforeEach(() => {
  turn += 1;
  name = `import-${turn}`;
});

const kim = () => ({
  firstName: "Kim",
  lastName: "Lee",
  email: `kim${turn}@example.com`,
  role: "member" as const,
  password: "gravel-onion-lantern-77",
});
const create = (body: object = kim(), as: ApiClient = client) =>
  as.POST("/users", { params: { header: { "Idempotency-Key": name } }, body: body as ReturnType<typeof kim> });
const kims = async () => (await roster.db("users").where({ email: kim().email })).length;
const kept = () => roster.db("idempotency_keys").where({ name }).first();

test("a repeated request with the same Idempotency-Key is done once and gets the same response, headers included", async () => {
  const first = await create();
  const again = await create();
  expect([first.response.status, again.response.status]).toEqual([201, 201]);
  expect(again.data).toEqual(first.data);
  for (const header of ["Location", "ETag"])
    expect(again.response.headers.get(header)).toBe(first.response.headers.get(header));
  expect(await kims()).toBe(1);
});

test("a different request with the same Idempotency-Key is a conflict and does nothing", async () => {
  await create();
  const other = await create({ ...kim(), email: "other@example.com" });
  expect([other.response.status, problemName(other)]).toEqual([409, "idempotency-conflict"]);
  const elsewhere = await client.POST("/users/{id}/activate", {
    params: { path: { id: roster.people.ian.id }, header: { "Idempotency-Key": name } },
  });
  expect(problemName(elsewhere)).toBe("idempotency-conflict");
  expect((await roster.db("users").where({ id: roster.people.ian.id }).first()).status).toBe("inactive");
});

test("a refused request can be corrected and sent with the same Idempotency-Key", async () => {
  expect((await create({ ...kim(), email: "" })).response.status).toBe(422);
  expect(await kept()).toBeUndefined();
  expect((await create()).response.status).toBe(201);
});

test("an Idempotency-Key is forgotten after 24 hours", async () => {
  const path = { id: roster.people.ian.id };
  const activate = () => client.POST("/users/{id}/activate", { params: { path, header: { "Idempotency-Key": name } } });
  const setBack = (milliseconds: number) =>
    roster
      .db("idempotency_keys")
      .where({ name })
      .update({ created_at: new Date(Date.now() - milliseconds).toISOString() });
  const status = async () => (await roster.db("users").where(path).first()).status;
  const deactivate = () => roster.db("users").where(path).update({ status: "inactive" });

  await activate();
  await deactivate();
  await setBack(24 * 3_600_000 - 60_000);
  expect((await activate()).response.status).toBe(204);
  expect(await status()).toBe("inactive");
  await setBack(24 * 3_600_000 + 1_000);
  expect((await activate()).response.status).toBe(204);
  expect(await status()).toBe("active");
});

test("only one of several simultaneous requests with one Idempotency-Key is done, and the others get a conflict", async () => {
  const answers = await Promise.all([create(), create(), create()]);
  const statuses = answers.map(({ response }) => response.status).sort();
  expect(statuses[0]).toBe(201);
  expect(statuses.slice(1).every((status) => status === 201 || status === 409)).toBe(true);
  expect(await kims()).toBe(1);
  expect((await create()).data).toEqual(answers.find(({ data }) => data)?.data);
});

test("a request that never finished can be sent again after a minute with the same Idempotency-Key", async () => {
  await create();
  await roster
    .db("users")
    .where({ email: kim().email })
    .update({ email: `gone${turn}@example.com` });
  const since = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();
  await roster
    .db("idempotency_keys")
    .where({ name })
    .update({ response: null, created_at: since(30_000) });
  expect(problemName(await create())).toBe("idempotency-conflict");
  await roster
    .db("idempotency_keys")
    .where({ name })
    .update({ created_at: since(61_000) });
  expect((await create()).response.status).toBe(201);
});

test("an invited user and the response for a repeated request are saved together or not at all", async () => {
  const { password: _, ...person } = kim();
  const invitation = { ...person, invite: true };
  const allow = await refuseWrites(roster.db, "update", "idempotency_keys");
  expect((await create(invitation)).response.status).toBe(500);
  await allow();
  expect(await kims()).toBe(0);
  const first = await create(invitation);
  expect(first.data).toHaveProperty("invitationUrl");
  expect((await create(invitation)).data).toEqual(first.data);
});

test("two API keys can use the same Idempotency-Key", async () => {
  const other = await clientOf(roster, roster.people.ada);
  await create();
  const answer = await create({ ...kim(), email: `second${turn}@example.com` }, other);
  expect(answer.response.status).toBe(201);
});

test("a stored Idempotency-Key reveals neither the password nor a plain hash of the request", async () => {
  await create();
  const row = await kept();
  expect(JSON.stringify(row)).not.toContain(kim().password);
  const { createHash } = await import("node:crypto");
  const plain = JSON.stringify(["POST", "/api/v1/users", kim()]);
  expect(row.fingerprint).not.toBe(createHash("sha256").update(plain).digest("hex"));
});

test.each(["", "has space", "x".repeat(256), "tab\there"])("the Idempotency-Key %j is refused", async (wrong) => {
  name = wrong;
  const { response, error } = await create();
  expect(faultsOf({ error })).toEqual({ "#": expect.stringContaining("Idempotency-Key must be") });
  expect(response.status).toBe(422);
});

test("a wrong Idempotency-Key is listed with the other faults", async () => {
  name = "has space";
  const body = { ...kim(), firstName: "", email: roster.people.max.email, password: "short" };
  const { error } = await client.POST("/users", { params: { header: { "Idempotency-Key": name } }, body });
  expect(Object.keys(faultsOf({ error }))).toEqual(["#", "#/firstName", "#/email", "#/password"]);
});
