import type { Request, Response } from "express";
import Provider, { type Configuration, interactionPolicy, type KoaContextWithOIDC } from "oidc-provider";
import { findApplicationByKey } from "../applications/key-queries.ts";
import { findClient, isClientSecret, updateLastUsed } from "../applications/queries.ts";
import type { Deps } from "../deps.ts";
import { timestampIn } from "../platform/time.ts";
import { findCurrentUser } from "../users/current-user-queries.ts";
import { errorPage, HttpError } from "../web/errors.ts";
import { words } from "../words/words.ts";
import { createAdapter } from "./adapter.ts";
import { claimsByScope, claimsOf } from "./claims.ts";
import { continueAddress } from "./continue.ts";
import { introspection } from "./introspection.ts";
import { openIdRoutes } from "./paths.ts";
import { withoutFormPost } from "./response-modes.ts";
import { findProvenEmail } from "./session-queries.ts";
import { algorithms, type SigningKeys } from "./signing-keys.ts";

/** In seconds. */
const lifetimes = {
  AccessToken: 10 * 60,
  AuthorizationCode: 60,
  IdToken: 10 * 60,
  RefreshToken: 30 * 24 * 60 * 60,
  Grant: 30 * 24 * 60 * 60,
  Interaction: 60 * 60,
};

/** Roster as an OpenID Provider. A new one is made when the signing keys change. */
export function createProvider({ db, config, logger, metrics }: Deps, { present, replaced }: SigningKeys): Provider {
  const settings: Configuration = {
    adapter: (kind: string) => createAdapter({ db, metrics }, kind),
    jwks: { keys: [...present, ...replaced] },
    routes: openIdRoutes,
    discovery: { end_session_endpoint: `${config.baseUrl}/oidc/log-out` },
    scopes: ["openid", "offline_access"],
    claims: claimsByScope,
    // ID tokens have all claims of their scopes, because many services never ask for more.
    conformIdTokenClaims: false,
    allowOmittingSingleRegisteredRedirectUri: false,
    responseTypes: ["code"],
    subjectTypes: ["public"],
    enabledJWA: { idTokenSigningAlgValues: [...algorithms] },
    acrValues: ["aal1", "aal2"],
    clientAuthMethods: ["client_secret_basic", "client_secret_post", "none"],
    pkce: { required: (_ctx, client) => client.clientAuthMethod === "none" },
    ttl: { ...lifetimes, Session: config.sessionMax / 1000 },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: true },
      introspection: { enabled: true, allowedPolicy: isOwnToken },
      revocation: { enabled: true, allowedPolicy: isOwnToken },
      rpInitiatedLogout: { enabled: false },
      // Its log-out tokens are ours (log-out-channel.ts); this puts `sid` into ID tokens.
      backchannelLogout: { enabled: true },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      dPoP: { enabled: false },
    },
    cookies: {
      names: { session: "oidc", interaction: "oidc-interaction", resume: "oidc-resume" },
      keys: config.sessionSecrets,
      long: { httpOnly: true, sameSite: "lax", signed: false },
      short: { httpOnly: true, sameSite: "lax", signed: false },
    },
    interactions: { policy: interactions(), url: (_ctx, interaction) => continueAddress(interaction) },
    // These are the team's own services: nobody is asked for consent.
    loadExistingGrant: grantEverything,
    issueRefreshToken: async (_ctx, client, code) =>
      client.grantTypeAllowed("refresh_token") && code.scopes.has("offline_access"),
    rotateRefreshToken: true,
    expiresWithSession: async (_ctx, code) => !code.scopes.has("offline_access"),
    findAccount: async (ctx, sub) => {
      const user = await findCurrentUser(db, Number(sub));
      if (!user) return undefined;
      const application = ctx.oidc.client && (await findClient(db, ctx.oidc.client.clientId));
      if (application && application.organizationId !== user.organizationId) return undefined;
      return {
        accountId: sub,
        claims: async () =>
          claimsOf(user, { provenEmail: await findProvenEmail(db, user.id), baseUrl: config.baseUrl }),
      };
    },
    // An unknown application or redirect address gets our error page and never a redirect (OAuth 2.1, 4.1.2.1).
    renderError: (ctx, _out, error: Error & { statusCode?: number }) => {
      ctx.respond = false;
      const refusal = new HttpError(error.statusCode ?? 500, words().applications.badRequest);
      errorPage(logger)(refusal, ctx.req as unknown as Request, ctx.res as unknown as Response, () => undefined);
    },
  };
  const provider = new Provider(config.baseUrl, settings);
  provider.proxy = true;
  provider.use(withoutFormPost);
  provider.use(introspection(db));
  // Only the hash of a secret is stored. For introspection the application's own API key does as well.
  provider.Client.prototype.compareClientSecret = async function compare(secret: string): Promise<boolean> {
    if (await isClientSecret(db, this.clientId, secret)) return true;
    if (Provider.ctx?.oidc.route !== "introspection") return false;
    const found = await findApplicationByKey(db, secret);
    return found?.application.clientId === this.clientId && found.organization.plan === "pro";
  };
  provider.on("grant.success", (ctx) => {
    const before = timestampIn(-60_000);
    if (ctx.oidc.client) void updateLastUsed(db, ctx.oidc.client.clientId, before).catch(() => undefined);
  });
  provider.on("server_error", (_ctx, error) => logger.error({ err: error }, "OpenID provider failed"));
  return provider;

  function interactions() {
    const { Check, Prompt, base } = interactionPolicy;
    const policy = base();
    policy.remove("consent");
    const consent = new Prompt({ name: "consent", requestable: true });
    consent.checks.remove("consent_prompt");
    policy.add(consent);
    const mayUse = new Check("not_allowed", "the user may not use this application", "access_denied", async (ctx) => {
      const { session, client } = ctx.oidc;
      const user = session?.accountId === undefined ? undefined : await findCurrentUser(db, Number(session.accountId));
      const application = client && (await findClient(db, client.clientId));
      const isAllowed =
        user !== undefined &&
        application?.organizationId === user.organizationId &&
        application.roles.includes(user.role);
      return isAllowed ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    });
    policy.add(new Prompt({ name: "access" }, mayUse));
    return policy;
  }
}

/** Each application sees and revokes only its own tokens. */
const isOwnToken = (_ctx: unknown, client: { clientId: string }, token: { clientId?: string | undefined }): boolean =>
  token.clientId === client.clientId;

/** The grant of the session for the application, or a new one, with all scopes. */
async function grantEverything(ctx: KoaContextWithOIDC) {
  const { provider, session, client, account } = ctx.oidc;
  if (!client || !account) return undefined;
  const known = session?.grantIdFor(client.clientId);
  const found = known ? await provider.Grant.find(known) : undefined;
  const grant =
    found?.accountId === account.accountId
      ? found
      : new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  grant.addOIDCScope(["offline_access", ...Object.keys(claimsByScope)].join(" "));
  await grant.save();
  return grant;
}
