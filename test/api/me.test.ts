import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { makeKey } from "../../src/api-keys/key.ts";
import { updateOrganization } from "../../src/organization/queries.ts";
import { stamp, stampIn } from "../../src/time.ts";
import { linkTo } from "../support/html.ts";
import { askMe, generateKey, withKey } from "../support/keys.ts";
import { addUser } from "../support/people.ts";
import { storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let key: string;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  key = await generateKey(ada, roster.people.max, "Robot");
});
afterAll(() => roster.close());

const bearer = (text: string): Record<string, string> => ({ Authorization: `Bearer ${text}` });
const lastUse = async () =>
  (
    await roster
      .db("api_keys")
      .where({ start: key.slice(0, 11) })
      .first()
  ).last_used_at;
const json = /^application\/json/;
const problem = /^application\/problem\+json/;

const permissions = {
  ada: { organization: ["edit", "view"], users: ["edit", "view"], apps: ["edit", "view"], partners: ["edit", "view"] },
  max: { organization: ["view"], users: [], apps: ["edit", "view"], partners: ["edit", "view"] },
  mia: { organization: ["view"], users: [], apps: ["view"], partners: ["view"] },
};

test("tells who the key belongs to, what they may do, their organization and the key", async () => {
  const { max } = roster.people;
  const answer = await askMe(roster, withKey(key));
  expect([answer.status, answer.headers["content-type"], answer.headers["cache-control"]]).toEqual([
    200,
    expect.stringMatching(json),
    "no-store",
  ]);
  const { created_at: createdAt, organization_id } = await storedUser(roster, max);
  expect(answer.body).toEqual({
    id: max.id,
    firstName: "Max",
    lastName: "O'Brien",
    email: max.email,
    role: "manager",
    status: "active",
    createdAt,
    lastLoginAt: null,
    permissions: permissions.max,
    organization: { id: organization_id, name: "Acme", plan: "pro" },
    key: { name: "Robot", scope: "read", expiresAt: null },
  });
  expect(createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test("no member is named for a password or a hash", async () => {
  const { text } = await askMe(roster, withKey(key));
  expect(text).not.toMatch(/password|hash|secret/i);
});

test.each(["ada", "max", "mia"] as const)("%s has the permissions of the role at that moment", async (name) => {
  const { body } = await askMe(roster, withKey(await generateKey(ada, roster.people[name])));
  expect(body).toMatchObject({ id: roster.people[name].id, permissions: permissions[name] });
});

test("a changed role is noticed at the next request", async () => {
  const finn = await addUser(roster.deps, { email: "finn@example.com" });
  const own = withKey(await generateKey(ada, finn));
  expect((await askMe(roster, own)).body.role).toBe("member");
  await ada.submit(`/admin/managers/${finn.id}/role`, { role: "manager" });
  expect((await askMe(roster, own)).body).toMatchObject({ role: "manager", permissions: permissions.max });
});

test("who logged in has the time of it", async () => {
  const own = withKey(await generateKey(ada, roster.people.ada));
  const { last_login_at } = await storedUser(roster, roster.people.ada);
  expect((await askMe(roster, own)).body.lastLoginAt).toBe(last_login_at);
  expect(last_login_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});

test.each<[string, (text: string) => Record<string, string>]>([
  ["X-API-Key", withKey],
  ["Authorization: Bearer", bearer],
  ["Bearer in small letters and with more spaces", (text) => ({ Authorization: `bearer   ${text}` })],
])("takes the key in %s", async (_header, headers) => {
  expect((await askMe(roster, headers(key))).body.email).toBe(roster.people.max.email);
});

describe("is refused alike, whatever the reason", () => {
  const without = async () => ({});
  const revoked = async () => {
    const lost = await generateKey(ada, roster.people.mia, "Lost");
    const { text } = await ada.get(`/admin/managers/${roster.people.mia.id}`);
    await ada.submit(linkTo(text, "Revoke") ?? "", {});
    return withKey(lost);
  };
  const inactive = async () => {
    const gone = await addUser(roster.deps, { email: "gone@example.com" });
    const left = await generateKey(ada, gone);
    await ada.submit(`/admin/managers/${gone.id}/status`, { status: "inactive" });
    return withKey(left);
  };

  test.each<[string, () => Promise<Record<string, string>>]>([
    ["no key", without],
    ["an empty key", async () => withKey("")],
    ["nonsense", async () => withKey("nonsense")],
    ["a very long key", async () => withKey(key.repeat(100))],
    ["a key with a typing error", async () => withKey(key.slice(0, -1) + (key.endsWith("0") ? "1" : "0"))],
    ["a key in capitals", async () => withKey(key.toUpperCase())],
    ["a well-formed key that nobody has", async () => withKey(makeKey())],
    ["a revoked key", revoked],
    ["the key of somebody inactive", inactive],
    ["Basic", async () => ({ Authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` })],
    ["Bearer without a key", async () => bearer("")],
    ["Bearer with two", async () => bearer(`${key} ${key}`)],
    ["the bare key as Authorization", async () => ({ Authorization: key })],
    ["a cookie of somebody logged in", async () => ({ Cookie: "roster=s%3Aabc.def" })],
  ])("%s", async (_what, headers) => {
    const answer = await askMe(roster, await headers());
    expect([answer.status, answer.headers["www-authenticate"], answer.headers["content-type"]]).toEqual([
      401,
      'Bearer realm="Roster"',
      expect.stringMatching(problem),
    ]);
    expect(answer.body).toEqual({
      type: "about:blank",
      title: expect.any(String),
      status: 401,
      detail: "A valid API key is needed, in the header X-API-Key or Authorization: Bearer.",
    });
  });

  test("the log-in of a browser and a key in the address", async () => {
    expect((await ada.get("/api/v1/me")).status).toBe(401);
    for (const name of ["key", "api_key", "X-API-Key", "access_token"])
      expect((await askMe(roster, {}, `/api/v1/me?${name}=${key}`)).status).toBe(401);
  });
});

test("nobody who may not log in as they are gets in by a key: the owner must choose a new password first", async () => {
  const asked = await addUser(roster.deps, { email: "asked@example.com", mustChangePassword: true });
  const answer = await askMe(roster, withKey(await generateKey(ada, asked)));
  expect([answer.status, answer.headers["content-type"]]).toEqual([403, expect.stringMatching(problem)]);
  expect(answer.body.detail).toContain("new password");
});

test("on the free plan a key is refused with the reason, and works again on Pro", async () => {
  const { organization_id: id } = await storedUser(roster, roster.people.max);
  const setPlan = (plan: "free" | "pro") => roster.db.transaction((trx) => updateOrganization(trx, id, { plan }));
  await setPlan("free");
  const answer = await askMe(roster, withKey(key));
  await setPlan("pro");
  expect([answer.status, answer.body]).toEqual([
    403,
    {
      type: "about:blank",
      title: expect.any(String),
      status: 403,
      detail: "API keys are a Pro feature, and this organization is on the free plan.",
    },
  ]);
  expect((await askMe(roster, withKey(key))).status).toBe(200);
});

test("the last use is written, at most once a minute", async () => {
  const used = async (before: string | null) => {
    await roster
      .db("api_keys")
      .where({ start: key.slice(0, 11) })
      .update({ last_used_at: before });
    await askMe(roster, withKey(key));
    return lastUse();
  };
  const began = stamp();
  expect((await used(null)) >= began).toBe(true);
  const recent = stampIn(-50_000);
  expect(await used(recent)).toBe(recent);
  expect((await used(stampIn(-70_000))) >= began).toBe(true);
});

test("neither the key nor its end is in the log", async () => {
  await askMe(roster, withKey(key));
  await askMe(roster, bearer(key));
  expect(roster.log()).toContain("/api/v1/me");
  expect(roster.log()).not.toContain(key.slice(7));
});

test("no session and no cookie comes of it", async () => {
  const sessions = () => roster.db("sessions").count({ count: "*" });
  const before = await sessions();
  expect((await askMe(roster, withKey(key))).headers["set-cookie"]).toBeUndefined();
  expect(await sessions()).toEqual(before);
});

test.each(["/api/v1/nothing", "/api/v1/me/more", "/api/v2/me", "/api", "/api/v1/%ff"])(
  "%s is not found, and a problem document says so",
  async (path) => {
    const answer = await askMe(roster, withKey(key), path);
    expect([answer.status, answer.headers["content-type"]]).toEqual([404, expect.stringMatching(problem)]);
    expect(answer.body).toMatchObject({ type: "about:blank", status: 404, title: "Page not found" });
  },
);
