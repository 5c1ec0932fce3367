import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as client from "openid-client";
import sharp from "sharp";
import { afterResponseSettled } from "../../src/platform/run-after-response.ts";
import { roles } from "../../src/roles/roles.ts";
import { addApplication, type Registered, signIn } from "../support/applications.ts";
import { generateKey } from "../support/keys.ts";
import { outbox } from "../support/outbox.ts";
import { addInvited, addUser, type Person, password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

// What an application can do with tokens, and with API keys that it was sent.

let on: Roster;
let ada: Visitor;
let wiki: Registered;
beforeAll(async () => {
  on = await startRoster();
  ada = await logIn(on, "ada");
  wiki = await addApplication(on, { roles: [...roles] });
});
afterAll(() => on.close());

test("introspection says what the user can do, and for how long a service can keep it", async () => {
  const tokens = await signIn(ada, wiki);
  expect(await client.tokenIntrospection(wiki.config, tokens.access_token)).toMatchObject({
    ...{ active: true, sub: String(on.people.ada.id), client_id: wiki.clientId, username: "ada@example.com" },
    ...{ role: "admin", permissions: { apps: ["edit", "view"] }, organization: { name: "Acme" } },
  });
  const answer = await fetch(`${on.url}/oidc/introspection`, {
    method: "POST",
    headers: { Authorization: `Basic ${btoa(`${wiki.clientId}:${wiki.secret}`)}` },
    body: new URLSearchParams({ token: tokens.access_token }),
  });
  expect(answer.headers.get("Cache-Control")).toBe("private, max-age=60");
  const other = await addApplication(on, { name: "Other" });
  expect(await client.tokenIntrospection(other.config, tokens.access_token)).toEqual({ active: false });
});

test("introspection knows API keys of the organization, while their owner can use the application", async () => {
  const key = await generateKey(ada, on.people.ada);
  const known = await client.tokenIntrospection(wiki.config, key);
  expect(known).toMatchObject({
    ...{ active: true, token_type: "api_key", scope: "read", sub: String(on.people.ada.id), role: "admin" },
    exp: expect.any(Number),
  });
  expect((await on.db("api_keys").orderBy("id", "desc").first()).last_used_at).toBeTruthy();
  const forMembers = await addApplication(on, { name: "For members", roles: ["member"] });
  const altered = key.slice(0, -1) + (key.endsWith("A") ? "B" : "A");
  for (const [config, token] of [
    [forMembers.config, key],
    [wiki.config, altered],
    [wiki.config, "roster_"],
  ] as const)
    expect(await client.tokenIntrospection(config, token)).toEqual({ active: false });
  await on.db("organizations").where({ name: "Acme" }).update({ plan: "free" });
  expect(await client.tokenIntrospection(wiki.config, key)).toEqual({ active: false });
  await on.db("organizations").where({ name: "Acme" }).update({ plan: "pro" });
  await on.db("api_keys").update({ revoked_at: new Date().toISOString() });
  expect(await client.tokenIntrospection(wiki.config, key)).toEqual({ active: false });
});

test("the picture in the claims can be read with the access token, and only with it", async () => {
  expect((await signIn(ada, wiki)).claims()).not.toHaveProperty("picture");
  const photo = await sharp({ create: { width: 80, height: 80, channels: 3, background: "#369" } })
    .png()
    .toBuffer();
  const page = `/admin/managers/${on.people.ada.id}`;
  const csrf = await ada.token(page);
  await ada.agent.post(`${page}/photo`).field("_csrf", csrf).attach("photo", photo, "ada.png").expect(303);
  const tokens = await signIn(ada, wiki, { scope: "openid profile" });
  const picture = String(tokens.claims()?.picture);
  const read = (token: string) => fetch(picture, { headers: { Authorization: `Bearer ${token}` } });
  const answer = await read(tokens.access_token);
  expect([answer.status, answer.headers.get("Content-Type")]).toEqual([200, "image/webp"]);
  expect((await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).width).toBe(512);
  const without = await signIn(ada, wiki, { scope: "openid email" });
  for (const token of ["", "nonsense", without.access_token, tokens.id_token ?? ""])
    expect([token, (await read(token)).status]).toEqual([token, 401]);
});

test("the email counts as verified only if the link to choose a password was sent to it", async () => {
  const verified = async (person: Person) =>
    (await signIn(await logIn(on, person), wiki, { scope: "openid email" })).claims()?.email_verified;
  const chosen = { password, confirmPassword: password };
  const lastLink = async () => /http\S+/.exec((await outbox(on)).at(-1)?.text ?? "")?.[0].slice(on.url.length) ?? "";
  const askForLink = async ({ email }: Person) => {
    await visit(on).submit("/forgot-password", { email });
    await afterResponseSettled();
    return lastLink();
  };
  const shown = await addInvited(on.deps, { email: "shown@example.com" });
  await visit(on).submit(shown.page, chosen);
  const mailed = await addInvited(on.deps, { email: "mailed@example.com" });
  await visit(on).submit(await askForLink(mailed), chosen);
  const created = await addUser(on.deps, { email: "created@example.com" });
  const reset = await addUser(on.deps, { email: "reset@example.com" });
  await visit(on).submit(await askForLink(reset), chosen);
  expect([await verified(shown), await verified(mailed)]).toEqual([false, true]);
  expect([await verified(created), await verified(reset)]).toEqual([false, true]);
});

test("the addresses that applications discover are those of BASE_URL, whatever the request says of itself", async () => {
  const headers = { "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", Host: "other.example" };
  const { body } = await visit(on).get("/.well-known/openid-configuration").set(headers);
  const addresses = Object.entries(body).filter(([name]) => /(_endpoint|_uri|issuer)$/.test(name));
  expect(addresses.length).toBeGreaterThan(5);
  for (const [name, address] of addresses) expect([name, String(address).startsWith(on.url)]).toEqual([name, true]);
});

test("an address that asks too often is refused for a while, and nothing else is", async () => {
  const strict = await startRoster({ API_RATE_LIMIT: "3" });
  const ask = (path: string) => fetch(`${strict.url}/oidc/${path}`, { method: "POST", body: new URLSearchParams() });
  const answers = [await ask("token"), await ask("introspection/"), await ask("revocation"), await ask("token")];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 429]);
  expect(Number(answers[3]?.headers.get("Retry-After"))).toBeGreaterThan(0);
  expect(await answers[3]?.json()).toMatchObject({ error: "temporarily_unavailable" });
  expect((await fetch(`${strict.url}/oidc/jwks`)).status).toBe(200);
  await strict.close();
});

test("a revoked token is refused, and an unknown one is no error", async () => {
  const tokens = await signIn(ada, wiki, { scope: "openid offline_access" });
  await client.tokenRevocation(wiki.config, tokens.refresh_token ?? "");
  await client.tokenRevocation(wiki.config, "nonsense");
  const refreshed = client.refreshTokenGrant(wiki.config, tokens.refresh_token ?? "");
  await expect(refreshed).rejects.toMatchObject({ error: "invalid_grant" });
  await expect(client.fetchUserInfo(wiki.config, tokens.access_token, "1")).rejects.toThrow();
});
