import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { roles } from "../../src/roles/roles.ts";
import { addApplication, callback, follow, type Registered, signIn, startLogIn } from "../support/applications.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

// Wrong requests get what the standards say; each title names the section.

let on: Roster;
let ada: Visitor;
let wiki: Registered;
let other: Registered;
let app: Registered;
beforeAll(async () => {
  on = await startRoster();
  ada = await logIn(on, "ada");
  const all = { roles: [...roles] };
  wiki = await addApplication(on, all);
  other = await addApplication(on, { ...all, name: "Other" });
  app = await addApplication(on, { ...all, name: "App", kind: "public" });
});
afterAll(() => on.close());

type Change = Record<string, string | undefined>;

/** The answer to an authorization request of someone logged in, with these parameters changed or left out. */
async function authorize(changed: Change, { more = "", by = wiki }: { more?: string; by?: Registered } = {}) {
  const { path } = await startLogIn(by.config);
  const url = new URL(path, on.url);
  for (const [name, value] of Object.entries(changed))
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  const { status, headers } = await ada.get(url.pathname + url.search + more);
  const location = URL.parse(String(headers.location).replace("#", "?"));
  return { status, error: location?.searchParams.get("error") ?? null, iss: location?.searchParams.get("iss") ?? null };
}

const noRedirect: [string, Change][] = [
  ["an unknown application (RFC 6749, 4.1.2.1)", { client_id: "nobody" }],
  ["no application (RFC 6749, 4.1.1)", { client_id: undefined }],
  ["a redirect address that is not registered (RFC 9700, 2.1)", { redirect_uri: "https://evil.example/" }],
  ["a redirect address with something added (RFC 9700, 4.1.3)", { redirect_uri: `${callback}?next=1` }],
  ["no redirect address (OpenID Connect Core, 3.1.2.1)", { redirect_uri: undefined }],
];
test.each(noRedirect)("an authorization request with %s gets a page and no redirect", async (_what, changed) => {
  expect(await authorize(changed)).toEqual({ status: 400, error: null, iss: null });
});

const sentBack: [string, Change, string][] = [
  ["no response type (RFC 6749, 4.1.2.1)", { response_type: undefined }, "invalid_request"],
  ["the implicit flow (RFC 9700, 2.1.2)", { response_type: "id_token" }, "unsupported_response_type"],
  ["the hybrid flow (RFC 9700, 2.1.2)", { response_type: "code id_token" }, "unsupported_response_type"],
  ["a form as the response (it would need a script)", { response_mode: "form_post" }, "unsupported_response_mode"],
  ["a plain code challenge (RFC 9700, 2.1.1)", { code_challenge_method: "plain" }, "invalid_request"],
  ["a code challenge that is too short (RFC 7636, 4.2)", { code_challenge: "short" }, "invalid_request"],
  ["a request object (OpenID Connect Core, 6.1)", { request: "e30.e30." }, "request_not_supported"],
  [
    "a request by reference (OpenID Connect Core, 6.2)",
    { request_uri: "https://x.example/" },
    "request_uri_not_supported",
  ],
  ["a registration (OpenID Connect Core, 7.2.1)", { registration: "{}" }, "registration_not_supported"],
  ["prompt=none and another (OpenID Connect Core, 3.1.2.1)", { prompt: "none login" }, "invalid_request"],
  ["an unknown prompt (OpenID Connect Core, 3.1.2.1)", { prompt: "sing" }, "invalid_request"],
  ["a negative max_age (OpenID Connect Core, 3.1.2.1)", { max_age: "-1" }, "invalid_request"],
  ["an ID token that is none (OpenID Connect Core, 3.1.2.1)", { id_token_hint: "nonsense" }, "invalid_request"],
];
test.each(sentBack)("an authorization request with %s goes back with an error", async (_what, changed, error) => {
  expect(await authorize(changed)).toEqual({ status: 303, error, iss: on.url });
});

test("a parameter that is there twice is refused (RFC 6749, 3.1)", async () => {
  expect(await authorize({}, { more: "&scope=openid" })).toMatchObject({ error: "invalid_request" });
});

test("an application without a secret must use PKCE (RFC 9700, 2.1.1)", async () => {
  const without = { code_challenge: undefined, code_challenge_method: undefined };
  expect(await authorize(without, { by: app })).toEqual({ status: 303, error: "invalid_request", iss: on.url });
});

const basic = ({ clientId, secret }: Registered) => ({ Authorization: `Basic ${btoa(`${clientId}:${secret}`)}` });

async function post(path: string, fields: Record<string, string>, headers: Record<string, string> = basic(wiki)) {
  const answer = await fetch(on.url + path, { method: "POST", headers, body: new URLSearchParams(fields) });
  const { error } = (await answer.json()) as { error?: string };
  return [answer.status, error];
}

/** What would exchange a new code of the wiki for tokens. */
async function exchange() {
  const { path, checks } = await startLogIn(wiki.config);
  const code = new URL(await follow(ada, path)).searchParams.get("code") ?? "";
  return {
    grant_type: "authorization_code",
    redirect_uri: callback,
    code,
    code_verifier: String(checks.pkceCodeVerifier),
  };
}

type Exchange = Awaited<ReturnType<typeof exchange>>;
const atToken: [string, (good: Exchange) => [Record<string, string>, Record<string, string>?], [number, string]][] = [
  ["a wrong secret (RFC 6749, 5.2)", (good) => [good, basic({ ...wiki, secret: "guessed" })], [401, "invalid_client"]],
  [
    "an unknown application (RFC 6749, 5.2)",
    (good) => [good, basic({ ...wiki, clientId: "x" })],
    [401, "invalid_client"],
  ],
  ["no authentication (RFC 6749, 5.2)", (good) => [good, {}], [400, "invalid_request"]],
  ["another application's code (RFC 6749, 4.1.3)", (good) => [good, basic(other)], [400, "invalid_grant"]],
  [
    "another redirect address (RFC 6749, 4.1.3)",
    (good) => [{ ...good, redirect_uri: `${callback}/` }],
    [400, "invalid_grant"],
  ],
  ["another verifier (RFC 7636, 4.6)", (good) => [{ ...good, code_verifier: "x".repeat(43) }], [400, "invalid_grant"]],
  ["no verifier (RFC 9700, 2.1.1)", ({ code_verifier: _, ...good }) => [good], [400, "invalid_grant"]],
  ["a code that nobody has (RFC 6749, 5.2)", (good) => [{ ...good, code: "nonsense" }], [400, "invalid_grant"]],
  ["no grant type (RFC 6749, 5.2)", ({ grant_type: _, ...good }) => [good], [400, "invalid_request"]],
  ["a password (RFC 9700, 2.4)", (good) => [{ ...good, grant_type: "password" }], [400, "unsupported_grant_type"]],
  [
    "client credentials (no application acts for itself)",
    (good) => [{ ...good, grant_type: "client_credentials" }],
    [400, "unsupported_grant_type"],
  ],
];
test.each(atToken)("a token request with %s is refused", async (_what, change, expected) => {
  const [fields, headers] = change(await exchange());
  expect(await post("/oidc/token", fields, headers)).toEqual(expected);
});

test("a refresh token works for its own application and scopes only (RFC 6749, 6)", async () => {
  const { refresh_token: token = "" } = await signIn(ada, wiki, { scope: "openid offline_access" });
  const fields = { grant_type: "refresh_token", refresh_token: token };
  expect(await post("/oidc/token", fields, basic(other))).toEqual([400, "invalid_grant"]);
  expect(await post("/oidc/token", { ...fields, scope: "openid email" })).toEqual([400, "invalid_scope"]);
});

test("userinfo takes an access token in the header, and nothing else (RFC 6750, 2 and 3.1; RFC 9700, 4.3.2)", async () => {
  const tokens = await signIn(ada, wiki, { scope: "openid offline_access" });
  const ask = async (query: string, authorization?: string) => {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const answer = await fetch(`${on.url}/oidc/userinfo${query}`, { headers });
    return [answer.status, answer.headers.get("WWW-Authenticate")?.startsWith("Bearer ") ?? false];
  };
  expect(await ask("", `Bearer ${tokens.access_token}`)).toEqual([200, false]);
  expect(await ask("")).toEqual([401, true]);
  expect(await ask(`?access_token=${tokens.access_token}`)).toEqual([400, true]);
  for (const wrong of ["nonsense", tokens.refresh_token, tokens.id_token])
    expect(await ask("", `Bearer ${wrong}`)).toEqual([401, true]);
});

test("introspection and revocation need the application's secret (RFC 7662, 2.1; RFC 7009, 2.1)", async () => {
  for (const path of ["/oidc/introspection", "/oidc/revocation"]) {
    expect(await post(path, { token: "x" }, {})).toEqual([400, "invalid_request"]);
    expect(await post(path, { token: "x" }, basic({ ...wiki, secret: "guessed" }))).toEqual([401, "invalid_client"]);
    expect(await post(path, {})).toEqual([400, "invalid_request"]);
  }
});

test("a request that is too large or of another type is refused", async () => {
  expect(await post("/oidc/token", { code: "x".repeat(100_000) })).toEqual([400, "invalid_request"]);
  const body = JSON.stringify(await exchange());
  const headers = { ...basic(wiki), "Content-Type": "application/json" };
  expect((await fetch(`${on.url}/oidc/token`, { method: "POST", headers, body })).status).toBe(400);
});
