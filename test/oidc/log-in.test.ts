import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as client from "openid-client";
import {
  addApplication,
  callback,
  follow,
  logInOnTheWay,
  pathOf,
  signIn,
  startLogIn,
} from "../support/applications.ts";
import { words } from "../support/html.ts";
import { addUser, password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { logIn, visit } from "../support/visitor.ts";

// Applications that use Roster for log-in, as a certified client sees it.

let on: Roster;
beforeAll(async () => {
  on = await startRoster();
});
afterAll(() => on.close());

test("someone who is logged in reaches the application without another page, and it learns who they are", async () => {
  const wiki = await addApplication(on);
  const tokens = await signIn(await logIn(on, "ada"), wiki);
  const sub = String(on.people.ada.id);
  const known = {
    ...{ sub, email: "ada@example.com", name: "Ada Lovelace", given_name: "Ada", family_name: "Lovelace" },
    ...{ locale: "en", role: "admin", organization: { id: expect.any(Number), name: "Acme", plan: "pro" } },
    groups: expect.arrayContaining(["admin", "users:edit", "partners:view"]),
    permissions: expect.objectContaining({ apps: ["edit", "view"] }),
  };
  expect(await client.fetchUserInfo(wiki.config, tokens.access_token, sub)).toMatchObject(known);
  const claims = tokens.claims();
  expect(claims).toMatchObject({ ...known, iss: on.url, aud: wiki.clientId, amr: ["pwd"], acr: "aal1" });
  expect(claims?.auth_time).toBeGreaterThan(Date.now() / 1000 - 60);
  expect(tokens.refresh_token).toBeUndefined();
  const { active, scope } = await client.tokenIntrospection(wiki.config, tokens.access_token);
  expect([active, scope]).toEqual([true, "openid email profile groups roles organization"]);
});

test("the ID token can be checked with the published keys, of both kinds", async () => {
  const keys = (await visit(on).get("/oidc/jwks")).body.keys;
  expect(keys.map(({ alg }: { alg: string }) => alg).sort()).toEqual(["ES256", "RS256"]);
  expect(JSON.stringify(keys)).not.toMatch(/"[dpq]":/);
  const wiki = await addApplication(on);
  client.enableNonRepudiationChecks(wiki.config);
  await signIn(await logIn(on, "ada"), wiki);
});

test("a visitor logs in on the way, without a redirect that a form's policy would stop", async () => {
  const wiki = await addApplication(on);
  const request = await startLogIn(wiki.config);
  const reached = await logInOnTheWay(on, request, "mia@example.com");
  const tokens = await client.authorizationCodeGrant(wiki.config, new URL(reached), request.checks);
  expect(tokens.claims()?.sub).toBe(String(on.people.mia.id));
});

test("a long request comes back whole to the application, and a longer one is refused before the log-in", async () => {
  const wiki = await addApplication(on);
  const state = "s".repeat(5_000);
  const request = await startLogIn(wiki.config, { state });
  const reached = await logInOnTheWay(on, request, "mia@example.com");
  expect(new URL(reached).searchParams.get("state")).toBe(state);
  const { path } = await startLogIn(wiki.config, { state: "s".repeat(9_000) });
  const visitor = visit(on);
  const refused = await visitor.get(pathOf(String((await visitor.get(path)).headers.location)));
  expect([refused.status, words(refused.text)]).toEqual([400, expect.stringContaining("log-in link is not valid")]);
});

test("a second factor comes before the code, and the application learns that it was used", async () => {
  const dora = await addUser(on.deps, { email: "dora@example.com" });
  const { code } = await giveSecondFactor(on, dora);
  const wiki = await addApplication(on);
  const { path, checks } = await startLogIn(wiki.config);
  const visitor = visit(on);
  const toLogIn = await visitor.get(pathOf(String((await visitor.get(path)).headers.location)));
  const toCode = await visitor.submit(pathOf(String(toLogIn.headers.location)), { email: dora.email, password });
  expect(toCode.headers.location).toMatch(/^\/second-factor\?next=%2Foidc%2Fcontinue/);
  const done = await visitor.submit(String(toCode.headers.location), { code: await code() });
  const reached = await follow(visitor, String(done.headers.location));
  const tokens = await client.authorizationCodeGrant(wiki.config, new URL(reached), checks);
  expect(tokens.claims()).toMatchObject({ amr: ["pwd", "otp"], acr: "aal2" });
});

test("someone who must choose a new password gets that page first, and no code before", async () => {
  const nora = await addUser(on.deps, { email: "nora@example.com", mustChangePassword: true });
  const wiki = await addApplication(on);
  const { path } = await startLogIn(wiki.config);
  const visitor = await logIn(on, nora);
  const toContinue = await visitor.get(path);
  const first = await visitor.get(pathOf(String(toContinue.headers.location)));
  expect(first.headers.location).toMatch(/^\/new-password\?next=%2Foidc%2Fcontinue/);
  const silent = await visitor.get((await startLogIn(wiki.config, { prompt: "none" })).path);
  expect(new URL(String(silent.headers.location)).searchParams.get("error")).toBe("login_required");
});

test("prompt and max_age ask again, or not at all", async () => {
  const wiki = await addApplication(on);
  const none = await startLogIn(wiki.config, { prompt: "none" });
  const error = new URL(await follow(visit(on), none.path));
  expect(Object.fromEntries(error.searchParams)).toMatchObject({
    error: "login_required",
    state: none.checks.expectedState,
    iss: on.url,
  });
  const ada = await logIn(on, "ada");
  expect(await follow(ada, none.path)).toMatch(/[?&]code=/);
  await on.db("sessions").update({ password_confirmed_at: new Date(Date.now() - 100_000).toISOString() });
  for (const more of [{ prompt: "login" }, { max_age: "50" }]) {
    const { path } = await startLogIn(wiki.config, more);
    const again = await ada.get(pathOf(String((await ada.get(path)).headers.location)));
    expect(again.headers.location).toMatch(/^\/login\?next=/);
  }
  expect(await follow(ada, (await startLogIn(wiki.config, { max_age: "1000" })).path)).toMatch(/[?&]code=/);
});

test("the log-in page follows the application's language and hint, and visitors store nothing", async () => {
  const wiki = await addApplication(on);
  const before = await on.db("oidc_records").count();
  const visitor = visit(on);
  const toContinue = await visitor.get(
    (await startLogIn(wiki.config, { ui_locales: "fr de-AT en", login_hint: "mia@example.com" })).path,
  );
  const toLogIn = await visitor.get(pathOf(String(toContinue.headers.location)));
  const page = await visitor.get(pathOf(String(toLogIn.headers.location)));
  expect(page.text).toContain('<html lang="de"');
  expect(page.text).toContain('value="mia@example.com"');
  expect(await on.db("oidc_records").count()).toEqual(before);
});

test("someone whose role may not use the application sees whom to ask, and the application learns it", async () => {
  const wiki = await addApplication(on, { roles: ["admin"] });
  const max = await logIn(on, "max");
  const { path, checks } = await startLogIn(wiki.config);
  const page = await max.get(pathOf(String((await max.get(path)).headers.location)));
  expect([page.status, page.text]).toEqual([403, expect.stringContaining("You can’t use Wiki")]);
  const back = new URL(/href="(https:\/\/wiki[^"]*)"/.exec(page.text)?.[1]?.replaceAll("&amp;", "&") ?? "");
  expect(Object.fromEntries(back.searchParams)).toEqual({
    error: "access_denied",
    state: checks.expectedState,
    iss: on.url,
  });
  const silent = await follow(max, (await startLogIn(wiki.config, { prompt: "none" })).path);
  expect(new URL(silent).searchParams.get("error")).toBe("access_denied");
  // Of another organization.
  const eve = await logIn(on, "eve");
  const other = await eve.get(pathOf(String((await eve.get((await startLogIn(wiki.config)).path)).headers.location)));
  expect([other.status, other.text]).toEqual([403, expect.stringContaining("belongs to another organization")]);
});

test("an unknown application or redirect address gets an error page and never a redirect", async () => {
  const wiki = await addApplication(on);
  const ada = await logIn(on, "ada");
  const { path } = await startLogIn(wiki.config);
  const wrong = [
    path.replace(/client_id=[^&]*/, "client_id=nobody"),
    path.replace(encodeURIComponent(callback), encodeURIComponent("https://evil.example/callback")),
    path.replace(encodeURIComponent(callback), encodeURIComponent(`${callback}/more`)),
    path.replace(/redirect_uri=[^&]*&/, "redirect_uri=&"),
  ];
  for (const address of wrong) {
    const answer = await ada.get(address);
    expect([answer.status, answer.headers.location, answer.type]).toEqual([400, undefined, "text/html"]);
  }
  // Every other error goes back to the application.
  for (const [from, to, error] of [
    [/response_type=code/, "response_type=token", "unsupported_response_type"],
    [/scope=[^&]*/, "scope=email", "invalid_request"],
    [/code_challenge_method=S256/, "code_challenge_method=plain", "invalid_request"],
  ] as const) {
    const answer = await ada.get(path.replace(from, to));
    const location = String(answer.headers.location).replace("#", "?");
    expect(new URL(location).searchParams.get("error")).toBe(error);
  }
});

test("an application without a secret must use PKCE, and one with a secret must know it", async () => {
  const app = await addApplication(on, { kind: "public" });
  const ada = await logIn(on, "ada");
  const { path } = await startLogIn(app.config);
  const without = await ada.get(path.replace(/&code_challenge[^&]*/g, ""));
  expect(new URL(String(without.headers.location)).searchParams.get("error")).toBe("invalid_request");
  expect((await signIn(ada, app)).claims()?.sub).toBe(String(on.people.ada.id));

  const wiki = await addApplication(on);
  const request = await startLogIn(wiki.config);
  const reached = new URL(await follow(ada, request.path));
  const other = await addApplication(on, { name: "Other" });
  const exchange = (config: client.Configuration, checks = request.checks) =>
    client.authorizationCodeGrant(config, reached, checks).then(
      () => "given",
      (error: { error?: string; status?: number }) => error.error ?? error.status,
    );
  expect(await exchange(other.config)).toBe("invalid_grant");
  const guess = client.ClientSecretBasic("guessed");
  const options = { execute: [client.allowInsecureRequests] };
  expect(await exchange(await client.discovery(new URL(on.url), wiki.clientId, {}, guess, options))).toBe(401);
  expect(await exchange(wiki.config, { ...request.checks, pkceCodeVerifier: "x".repeat(43) })).toBe("invalid_grant");
});

test("a code works once, and using it again ends what it gave", async () => {
  const wiki = await addApplication(on);
  const ada = await logIn(on, "ada");
  const { path, checks } = await startLogIn(wiki.config);
  const reached = new URL(await follow(ada, path));
  const tokens = await client.authorizationCodeGrant(wiki.config, reached, checks);
  await expect(client.authorizationCodeGrant(wiki.config, reached, checks)).rejects.toMatchObject({
    error: "invalid_grant",
  });
  await expect(client.fetchUserInfo(wiki.config, tokens.access_token, "1")).rejects.toThrow();
});

test("refresh tokens come only with offline_access, rotate, and end together when one is used twice", async () => {
  const wiki = await addApplication(on);
  const ada = await logIn(on, "ada");
  const first = await signIn(ada, wiki, { scope: "openid offline_access" });
  const second = await client.refreshTokenGrant(wiki.config, first.refresh_token ?? "");
  expect(second.refresh_token).not.toBe(first.refresh_token);
  const twice = client.refreshTokenGrant(wiki.config, first.refresh_token ?? "");
  await expect(twice).rejects.toMatchObject({ error: "invalid_grant" });
  const after = client.refreshTokenGrant(wiki.config, second.refresh_token ?? "");
  await expect(after).rejects.toMatchObject({ error: "invalid_grant" });
});

test("no code, token or secret is stored as it is, or logged", async () => {
  const wiki = await addApplication(on);
  const tokens = await signIn(await logIn(on, "ada"), wiki, { scope: "openid offline_access" });
  const secrets = [tokens.access_token, tokens.refresh_token ?? "", wiki.secret];
  const stored = JSON.stringify([
    await on.db("oidc_records"),
    await on.db("applications"),
    await on.db("signing_keys"),
  ]);
  for (const secret of secrets) expect(stored + on.log()).not.toContain(secret);
  expect(stored).not.toMatch(/PRIVATE KEY|"d":/);
});
