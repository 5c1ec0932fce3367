import * as client from "openid-client";
import { generateKeyValue } from "../../src/api-keys/key.ts";
import { replaceApiKey } from "../../src/applications/key-queries.ts";
import { type ApplicationInput, insertApplication } from "../../src/applications/queries.ts";
import { newToken } from "../../src/platform/secrets.ts";
import { roles } from "../../src/roles/roles.ts";
import { password } from "./people.ts";
import type { Roster } from "./roster.ts";
import { plainText, type Visitor, visit } from "./visitor.ts";

/** Where the applications of the tests wait for an answer; nothing listens there. */
export const callback = "https://wiki.example/callback";

export type Registered = { id: number; clientId: string; secret: string; config: client.Configuration };

/** An application of Acme for Admins and Members, with openid-client's view of it. */
export async function addApplication(on: Roster, values: Partial<ApplicationInput> = {}): Promise<Registered> {
  const [secret, clientId] = [newToken(), newToken()];
  const { organization_id: acme } = await on.db("users").where({ id: on.people.ada.id }).first("organization_id");
  const application: ApplicationInput = {
    ...{ name: "Wiki", kind: "web", redirectAddresses: [callback], roles: ["admin", "member"] },
    ...{ logOutAddress: "https://wiki.example/", backChannelAddress: "", ...values },
  };
  const id = await on.db.transaction((trx) =>
    insertApplication(trx, acme, { ...application, clientId, secret: application.kind === "web" ? secret : undefined }),
  );
  const authentication = application.kind === "web" ? client.ClientSecretBasic(secret) : client.None();
  const options = { execute: [client.allowInsecureRequests] };
  return {
    id,
    clientId,
    secret,
    config: await client.discovery(new URL(on.url), clientId, {}, authentication, options),
  };
}

/** Its own key for the API, as if an Admin had generated it. */
export async function applicationKey({ db }: Roster, { id }: Pick<Registered, "id">): Promise<string> {
  const key = generateKeyValue();
  await db.transaction((trx) => replaceApiKey(trx, id, { key, oldKeyUntil: new Date().toISOString() }));
  return key;
}

export type LogInRequest = { path: string; checks: client.AuthorizationCodeGrantChecks };

/** What an application sends someone to Roster with. */
export async function startLogIn(
  config: client.Configuration,
  more: Record<string, string> = {},
): Promise<LogInRequest> {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
  const { href } = client.buildAuthorizationUrl(config, {
    ...{ redirect_uri: callback, scope: "openid email profile groups roles organization" },
    ...{ code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: "S256" },
    ...{ state: checks.expectedState, nonce: checks.expectedNonce, ...more },
  });
  return { path: pathOf(href), checks };
}

export const pathOf = (address: string): string => {
  const { pathname, search } = new URL(address, "http://localhost");
  return pathname + search;
};

/** Follows Roster's own pages, as a browser does, to the first address elsewhere. @returns that address */
export async function follow(visitor: Visitor, path: string): Promise<string> {
  let answer = await visitor.get(path);
  for (let step = 0; step < 10; step++) {
    const refresh = /http-equiv="refresh" content="0;url=([^"]*)"/.exec(answer.text)?.[1];
    const next = answer.headers.location ?? (refresh && plainText(refresh));
    if (next === undefined) throw new Error(`${path} ends at ${answer.status}: ${answer.text.slice(0, 2_000)}`);
    if (!next.startsWith("/") && new URL(next).hostname !== "127.0.0.1") return next;
    answer = await visitor.get(pathOf(next));
  }
  throw new Error(`${path} never ends`);
}

/** Someone who was just logged in to the application. */
export async function signIn(visitor: Visitor, { config }: Registered, more: Record<string, string> = {}) {
  const { path, checks } = await startLogIn(config, more);
  return client.authorizationCodeGrant(config, new URL(await follow(visitor, path)), checks);
}

/** Opens the application as a visitor and logs in on the way. @returns where the browser ends */
export async function logInOnTheWay(on: Roster, { path }: LogInRequest, email: string): Promise<string> {
  const visitor = visit(on);
  const toContinue = await visitor.get(path);
  const toLogIn = await visitor.get(pathOf(String(toContinue.headers.location)));
  const answer = await visitor.submit(pathOf(String(toLogIn.headers.location)), { email, password });
  return follow(visitor, pathOf(String(answer.headers.location)));
}

/** Someone logs in to a new application. */
export async function useApplication(on: Roster, visitor: Visitor): Promise<Registered> {
  const application = await addApplication(on, { roles: [...roles] });
  await signIn(visitor, application);
  return application;
}
