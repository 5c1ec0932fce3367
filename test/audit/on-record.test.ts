import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { keyOf } from "../support/api-client.ts";
import { triesFor } from "../support/guessing.ts";
import { password } from "../support/people.ts";
import { forgetHistory } from "../support/records.ts";
import { refuseWrites, withoutRules } from "../support/refusing.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, visit } from "../support/visitor.ts";

let roster: Roster;

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(async () => {
  await forgetHistory(roster);
  await roster.db("refused_log_ins").del();
});
afterAll(() => roster.close());

const rows = async () => {
  const found = await roster.db("activity").orderBy("id");
  return found.map((row) => ({ ...row, changes: JSON.parse(row.changes) }));
};

test("a log-in is recorded with address and browser", async () => {
  const mia = visit(roster);
  mia.agent.set("User-Agent", "Lynx/2.9");
  await mia.submit("/login", { email: "mia@example.com", password });
  const { id } = roster.people.mia;
  const from = { address: "127.0.0.1", browser: "Lynx/2.9" };
  expect(await rows()).toMatchObject([
    { actor_kind: "user", actor_id: id, subject_id: id, action: "user.logged-in", ...from },
  ]);
});

test("refused log-ins are counted for both known and unknown emails, and the typed email is not recorded", async () => {
  const visitor = visit(roster);
  for (const email of ["mia@example.com", "ian@example.com", "secret-name@elsewhere.example"])
    expect((await visitor.submit("/login", { email, password: "wrong-password-typed" })).status).toBe(422);
  const counts = await roster.db("refused_log_ins").orderBy("count");
  expect(counts.map(({ network, count }) => [network, count])).toEqual([
    ["127.0.0.0/24", 1],
    ["127.0.0.0/24", 2],
  ]);
  expect(await rows()).toEqual([]);
  const everywhere = JSON.stringify([counts, await roster.db("activity"), await roster.db("throttles")]);
  expect(everywhere).not.toMatch(/secret-name|wrong-password|mia@|ian@/);
});

test("a refused page is recorded once an hour for each user and route", async () => {
  const [mia, max] = [await logIn(roster, "mia"), await logIn(roster, "max")];
  await forgetHistory(roster);
  await Promise.all(Array.from({ length: 8 }, () => mia.get("/admin/managers?search=x")));
  await mia.get(`/admin/managers/${roster.people.ada.id}`);
  await mia.get(`/admin/managers/${roster.people.max.id}`);
  await max.get("/admin/managers");
  expect((await rows()).map(({ action, actor_id, changes }) => [action, actor_id, changes.page.after])).toEqual([
    ["access.refused", roster.people.mia.id, "GET /admin/managers"],
    ["access.refused", roster.people.mia.id, "GET /admin/managers/:id"],
    ["access.refused", roster.people.max.id, "GET /admin/managers"],
  ]);
  const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
  await withoutRules(roster.db, "activity", () => roster.db("activity").update({ at: anHourAgo }));
  await mia.get("/admin/managers");
  expect(await rows()).toHaveLength(4);
});

test("a form with an old token and a visitor's refused form are not recorded", async () => {
  const ada = await logIn(roster, "ada");
  await forgetHistory(roster);
  expect((await ada.post("/admin/organization", { name: "New" })).status).toBe(403);
  await visit(roster).get("/admin/managers");
  expect(await rows()).toEqual([]);
});

test("a request that the API refuses is recorded with its key", async () => {
  const key = await keyOf(roster, roster.people.mia, { name: "Mia's" });
  await forgetHistory(roster);
  const ask = (path: string) => visit(roster).get(`/api/v1${path}`).set("X-API-Key", key);
  for (let i = 0; i < 3; i++) expect((await ask("/activity")).status).toBe(403);
  expect((await ask("/users/1")).status).toBe(403);
  const { id } = await roster.db("api_keys").where({ name: "Mia's" }).first();
  expect(await rows()).toMatchObject([
    { action: "access.refused", key_id: id, changes: { page: { after: "GET /api/v1/activity" } } },
    { action: "access.refused", key_id: id, changes: { page: { after: "GET /api/v1/users/:id" } } },
  ]);
});

test("a request is refused even if the refusal cannot be recorded", async () => {
  const max = await logIn(roster, "max");
  const allow = await refuseWrites(roster.db, "insert", "activity");
  const { status } = await max.get("/admin/activity");
  await allow();
  expect([status, roster.log().includes("a refusal is not in history")]).toEqual([403, true]);
});

test("log-ins over the limit are counted for both known and unknown emails", async () => {
  for (const email of [roster.people.mia.email, "nobody@example.com"])
    expect((await triesFor(roster, email, 7)).slice(-2)).toEqual([429, 429]);
  const counts = await roster.db("refused_log_ins").orderBy("organization_id");
  expect(counts.map(({ count }) => count)).toEqual([7, 7]);
});
