import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as client from "openid-client";
import { addApplication, follow, signIn, startLogIn } from "../support/applications.ts";
import { errorsOf, headings, words } from "../support/html.ts";
import { historyOf } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

let on: Roster;
let ada: Visitor;
beforeAll(async () => {
  on = await startRoster();
  ada = await logIn(on, "ada");
});
afterAll(() => on.close());

const callback = "https://chat.example/callback";
const history = async () =>
  (await on.db("activity").whereLike("action", "application.%").orderBy("id")).map(({ action, changes }) => [
    action,
    JSON.parse(changes),
  ]);

test("an Admin adds a web application, sees its secret once, and it can log people in", async () => {
  expect(words((await ada.get("/admin/applications")).text)).toContain("No applications yet");
  const fields = { name: "Chat", redirectAddresses: `${callback}\r\nhttp://localhost:3000/callback\r\n` };
  const added = await ada.submit("/admin/applications/new", fields);
  const [, secret = ""] = /<code class="secret"[^>]*>([\w-]{43})<\/code>/.exec(added.text) ?? [];
  expect([added.status, secret.length]).toEqual([200, 43]);
  const { id, client_id: clientId } = await on.db("applications").where({ name: "Chat" }).first();
  const page = (await ada.get(`/admin/applications/${id}`)).text;
  expect(page).not.toContain(secret);
  for (const text of [clientId, on.url, callback, "OIDCClientID", "oidc_issuer_url", "openid-client"])
    expect(page).toContain(text);
  const options = { execute: [client.allowInsecureRequests] };
  const config = await client.discovery(new URL(on.url), clientId, {}, client.ClientSecretPost(secret), options);
  const { path, checks } = await startLogIn(config, { redirect_uri: callback });
  const tokens = await client.authorizationCodeGrant(config, new URL(await follow(ada, path)), checks);
  expect(tokens.claims()?.email).toBe("ada@example.com");
  expect(words((await ada.get("/admin/applications")).text)).toMatch(
    /Chat Web application Admins, Managers, and Members/,
  );
  const shown = { name: { before: null, after: "Chat" }, roles: { before: null, after: "admin, manager, member" } };
  expect(await history()).toEqual([
    ["application.added", expect.objectContaining(shown)],
    ["application.logged-in", { application: { before: null, after: "Chat" } }],
  ]);
});

test("wrong addresses, no role and no name are refused together, and nothing is added", async () => {
  const count = await on.db("applications").count();
  const wrong = [
    "http://chat.example/",
    "https://chat.example/#a",
    "https://*.example/",
    "https://user:pass@chat.example/",
    "chat.example",
    "javascript:alert(1)",
    `https://chat.example/${"a".repeat(500)}`,
  ];
  for (const address of wrong) {
    const refused = await ada.submit("/admin/applications/new", { name: "Chat", redirectAddresses: address });
    expect([address, refused.status]).toEqual([address, 422]);
  }
  const none = { name: " ", redirectAddresses: "", "role-admin": "", "role-manager": "", "role-member": "" };
  const { text } = await ada.submit("/admin/applications/new", { ...none, kind: "other" });
  expect(Object.values(errorsOf(text)).sort()).toEqual([
    "Choose at least one role",
    "Choose what kind of application it is",
    "Enter a name for the application",
    "Enter at least one redirect address",
  ]);
  expect(await on.db("applications").count()).toEqual(count);
});

test("an application can be edited, and someone else's change in between is not overwritten", async () => {
  const { id } = await addApplication(on);
  const page = `/admin/applications/${id}/edit`;
  const saved = await ada.submit(page, { name: "Handbook", "role-manager": "on" });
  expect(saved.headers.location).toBe(`/admin/applications/${id}`);
  const late = await ada.submit(page, { name: "Notes", version: "1" });
  expect([late.status, late.text]).toEqual([409, expect.stringContaining("Handbook")]);
  expect(await on.db("applications").where({ id }).first("name", "roles", "version")).toEqual({
    name: "Handbook",
    roles: '["admin","manager","member"]',
    version: 2,
  });
});

test("the secret can be rotated, and the old one works for another day", async () => {
  const wiki = await addApplication(on);
  const rotated = await ada.submit(`/admin/applications/${wiki.id}/rotate-secret`, {});
  const [, secret = ""] = /<code class="secret"[^>]*>([\w-]{43})<\/code>/.exec(rotated.text) ?? [];
  const options = { execute: [client.allowInsecureRequests] };
  const status = async (known: string): Promise<number> => {
    const config = await client.discovery(new URL(on.url), wiki.clientId, {}, client.ClientSecretBasic(known), options);
    return client.tokenIntrospection(config, "nothing").then(
      () => 200,
      (error: { status: number }) => error.status,
    );
  };
  expect([await status(secret), await status(wiki.secret)]).toEqual([200, 200]);
  await on.db("applications").update({ old_secret_until: "2026-01-01T00:00:00.000Z" });
  expect([await status(secret), await status(wiki.secret)]).toEqual([200, 401]);
});

test("a deactivated application lets nobody in, and works again once it is activated", async () => {
  const wiki = await addApplication(on);
  const { path } = await startLogIn(wiki.config);
  const page = `/admin/applications/${wiki.id}/status`;
  expect(headings((await ada.get(page)).text, 1)).toEqual(["Deactivate Wiki?"]);
  await ada.submit(page, {});
  expect((await ada.get(path)).status).toBe(400);
  await ada.submit(page, {});
  expect(await follow(ada, path)).toMatch(/[?&]code=/);
});

test("another organization's application does not exist", async () => {
  const { id } = await addApplication(on);
  const eve = await logIn(on, "eve");
  for (const page of ["", "/edit", "/status", "/rotate-secret"])
    expect((await eve.get(`/admin/applications/${id}${page}`)).status).toBe(404);
  expect((await eve.get("/admin/applications")).text).not.toContain("Wiki");
});

test("logging out through an application asks, ends the session, and leads to its address", async () => {
  const wiki = await addApplication(on);
  const max = await logIn(on, "max");
  const to = encodeURIComponent("https://wiki.example/");
  const page = `/oidc/log-out?client_id=${wiki.clientId}&post_logout_redirect_uri=${to}&state=abc`;
  expect(words((await max.get(page)).text)).toContain("Wiki asks to log you out");
  const done = await max.submit(page, {});
  expect(done.text).toContain('content="0;url=https://wiki.example/?state=abc"');
  expect((await max.get("/profile")).headers.location).toMatch(/^\/login/);
  expect((await historyOf(on, on.people.max, "user.logged-out")).length).toBe(1);
  // Without a session there is nothing to ask, and an address that is not the application's is not followed.
  expect((await max.get(page)).headers.location).toBe("https://wiki.example/?state=abc");
  expect((await max.get(page.replace("wiki.example", "evil.example"))).headers.location).toBe("/login");
});

test("an ID token in place of the client ID says which application asks for the log-out", async () => {
  const logOutAddress = `https://wiki.example/${"a".repeat(400)}`;
  const wiki = await addApplication(on, { logOutAddress, roles: ["manager"] });
  const max = await logIn(on, "max");
  const { id_token: token = "" } = await signIn(max, wiki);
  expect(token.length).toBeGreaterThan(500);
  const page = `/oidc/log-out?id_token_hint=${token}&post_logout_redirect_uri=${encodeURIComponent(logOutAddress)}`;
  expect(words((await max.get(page)).text)).toContain("Wiki asks to log you out");
  expect((await max.submit(page, {})).text).toContain(`content="0;url=${logOutAddress}"`);
});
