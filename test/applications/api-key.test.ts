import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import * as client from "openid-client";
import { roles } from "../../src/roles/roles.ts";
import { addApplication, applicationKey, type Registered, signIn } from "../support/applications.ts";
import { words } from "../support/html.ts";
import { generateKey, keyIn } from "../support/keys.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

// A key that belongs to an application and to no user. What it can use: test/api/access.test.ts.

let on: Roster;
let ada: Visitor;
let wiki: Registered;
beforeAll(async () => {
  on = await startRoster();
  ada = await logIn(on, "ada");
});
afterAll(() => on.close());
beforeEach(async () => {
  wiki = await addApplication(on, { roles: [...roles] });
});

const history = async (action: string) =>
  (await on.db("activity").where({ action }).orderBy("id")).map((row) => ({
    ...row,
    changes: JSON.parse(row.changes),
  }));
const read = (key: string, path = "/users?search=grace") =>
  fetch(`${on.url}/api/v1${path}`, { headers: { "X-API-Key": key } });
const status = async (key: string): Promise<number> => (await read(key)).status;
const introspect = (secret: string, token: string) =>
  fetch(`${on.url}/oidc/introspection`, {
    method: "POST",
    headers: { Authorization: `Basic ${btoa(`${wiki.clientId}:${secret}`)}` },
    body: new URLSearchParams({ token }),
  });

test("an Admin generates a key, sees it once, and the application reads its organization's users with it", async () => {
  const page = `/admin/applications/${wiki.id}`;
  expect(words((await ada.get(page)).text)).toContain("Generate API key");
  const key = String(keyIn((await ada.submit(`${page}/api-key`, {})).text));
  const shown = (await ada.get(page)).text;
  expect(shown).not.toContain(key);
  expect(words(shown)).toMatch(new RegExp(`Key ${key.slice(0, 11)}… Created .* Last used Never`));
  const answer = await read(key, "/users?limit=100");
  const { data } = (await answer.json()) as { data: { email: string }[] };
  const emails = data.map(({ email }) => email);
  expect(emails).toContain("ada@example.com");
  expect(emails).not.toContain(on.people.eve.email);
  expect((await read(key, `/users/${on.people.eve.id}`)).status).toBe(404);
  expect(answer.headers.get("RateLimit")).toMatch(/^"key";r=/);
  expect(words((await ada.get(page)).text)).not.toContain("Last used Never Revoke");
  const [row] = await history("application.key-generated");
  expect(row).toMatchObject({ actor_id: on.people.ada.id, changes: { application: { after: "Wiki" } } });
});

test("the key works after the Admin who generated it has left", async () => {
  const key = await applicationKey(on, wiki);
  await on.db("users").where({ id: on.people.ada.id }).update({ status: "inactive" });
  expect(await status(key)).toBe(200);
  await on.db("users").where({ id: on.people.ada.id }).update({ status: "active" });
});

test("a rotated key works for another day, a revoked one no more", async () => {
  const page = `/admin/applications/${wiki.id}/api-key`;
  const old = await applicationKey(on, wiki);
  const asked = words((await ada.get(page)).text);
  expect(asked).toContain(`The old key, ${old.slice(0, 11)}…, works for another 24 hours`);
  const key = String(keyIn((await ada.submit(page, {})).text));
  expect([await status(key), await status(old)]).toEqual([200, 200]);
  await on.db("applications").update({ old_api_key_until: "2026-01-01T00:00:00.000Z" });
  expect([await status(key), await status(old)]).toEqual([200, 401]);
  await on.db("applications").update({ old_api_key_until: "2999-01-01T00:00:00.000Z" });
  const revoked = await ada.submit(`${page}/revoke`, {});
  expect(revoked.headers.location).toBe(`/admin/applications/${wiki.id}`);
  expect([await status(key), await status(old)]).toEqual([401, 401]);
  expect((await ada.get(`${page}/revoke`)).status).toBe(404);
  expect(await history("application.key-revoked")).toHaveLength(1);
});

test("the key ends with the application, and pauses on the free plan", async () => {
  const key = await applicationKey(on, wiki);
  await on.db("applications").where({ id: wiki.id }).update({ status: "inactive" });
  expect(await status(key)).toBe(401);
  await on.db("applications").where({ id: wiki.id }).update({ status: "active" });
  await on.db("organizations").update({ plan: "free" });
  const page = `/admin/applications/${wiki.id}`;
  const answers = [await status(key), (await introspect(key, "any")).status, (await ada.get(`${page}/api-key`)).status];
  const shown = words((await ada.get(page)).text);
  const posted = await ada.post(`${page}/api-key`, { _csrf: await ada.token(`${page}/edit`) });
  await on.db("organizations").update({ plan: "pro" });
  expect(answers).toEqual([403, 401, 403]);
  expect(shown).toContain("API keys are a Pro feature");
  expect(posted.status).toBe(403);
});

test("at introspection the key does for the client secret, and nowhere else", async () => {
  const key = await applicationKey(on, wiki);
  const { access_token: token } = await signIn(ada, wiki);
  expect(await (await introspect(key, token)).json()).toMatchObject({ active: true, username: "ada@example.com" });
  const personal = await generateKey(ada, on.people.ada);
  expect(await (await introspect(key, personal)).json()).toMatchObject({ active: true, token_type: "api_key" });
  expect((await introspect(await applicationKey(on, await addApplication(on)), token)).status).toBe(401);
  const options = { execute: [client.allowInsecureRequests] };
  const config = await client.discovery(new URL(on.url), wiki.clientId, {}, client.ClientSecretBasic(key), options);
  await expect(client.tokenRevocation(config, token)).rejects.toMatchObject({ status: 401 });
  // An application's key says nothing about a person.
  expect(await (await introspect(wiki.secret, key)).json()).toEqual({ active: false });
});

test("a refused request of the key is in the history with the application's name", async () => {
  const key = await applicationKey(on, wiki);
  const answer = await fetch(`${on.url}/api/v1/users`, { method: "POST", headers: { "X-API-Key": key }, body: "{}" });
  expect(answer.status).toBe(403);
  const row = (await history("access.refused")).at(-1);
  const changes = { page: { after: "POST /api/v1/users" }, application: { after: "Wiki" } };
  expect(row).toMatchObject({ actor_kind: "visitor", key_id: null, changes });
});

test("an application that cannot keep a secret gets no key", async () => {
  const app = await addApplication(on, { kind: "public" });
  const page = `/admin/applications/${app.id}`;
  expect((await ada.get(page)).text).not.toContain(`${page}/api-key`);
  expect((await ada.get(`${page}/api-key`)).status).toBe(404);
});
