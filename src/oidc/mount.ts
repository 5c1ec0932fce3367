import type { Request, RequestHandler, Response } from "express";
import type Provider from "oidc-provider";
import { requiredPage } from "../auth/guards.ts";
import type { Deps } from "../deps.ts";
import { clientNetwork } from "../platform/network.ts";
import { countRequests } from "../throttling/count-requests.ts";
import { openIdRoutes } from "./paths.ts";
import { createProvider } from "./provider.ts";
import { nameSession } from "./session-queries.ts";
import { loadSigningKeys, signingKeysVersion } from "./signing-keys.ts";

/** The provider for the present signing keys. */
function providerFor(deps: Deps): () => Promise<Provider> {
  let made: { version: string; provider: Provider } | undefined;
  return async () => {
    const version = await signingKeysVersion(deps.db);
    if (made === undefined || made.version !== version) {
      const keys = await loadSigningKeys(deps.db, deps.config.dataDir);
      made = { version: await signingKeysVersion(deps.db), provider: createProvider(deps, keys) };
    }
    return made.provider;
  };
}

/**
 * Everything that oidc-provider answers. It keeps no sessions: each request gets Roster's session under the
 * name that applications know, and what it would set as cookies is dropped.
 */
export function openIdProvider(deps: Deps): RequestHandler {
  const current = providerFor(deps);
  const count = countRequests(deps.config.apiRateLimit);
  const { host, protocol } = new URL(deps.config.baseUrl);
  return async (req, res) => {
    if (fromServices.has(res.locals.route)) {
      const { isOver, seconds } = count(clientNetwork(req.ip));
      // RFC 6585, 4; the body as in RFC 6749, 5.2.
      if (isOver) return refuseForNow(res, seconds);
    }
    const provider = await current();
    // The addresses in its answers are those of BASE_URL, whatever the request says of itself.
    req.headers["x-forwarded-host"] = host;
    req.headers["x-forwarded-proto"] = protocol.slice(0, -1);
    await passSession(deps, req);
    allowOfflineAccess(req);
    const setHeader = res.setHeader.bind(res);
    res.setHeader = (name, value) => (isOidcCookie(name, value) ? res : setHeader(name, value));
    await provider.callback()(req, res);
  };
}

/** What services ask, not people. Each of their addresses has its own limit, with or without a client secret. */
const fromServices = new Set([openIdRoutes.token, openIdRoutes.introspection, openIdRoutes.revocation]);

function refuseForNow(res: Response, seconds: number): void {
  const error_description = `too many requests from this address; try again in ${seconds} seconds`;
  res.status(429).set("Retry-After", String(seconds)).json({ error: "temporarily_unavailable", error_description });
}

/** Someone who must do something first counts as a visitor. */
async function passSession({ db }: Deps, req: Request): Promise<void> {
  const others = (req.headers.cookie ?? "").split(/;\s*/).filter((cookie) => !/^oidc[-=.]/.test(cookie));
  const uid = req.user && !requiredPage(req) ? await nameSession(db, req.sessionID) : undefined;
  req.headers.cookie = [...others, ...(uid ? [`oidc=${uid}`] : [])].filter(Boolean).join("; ");
}

const isOidcCookie = (name: string, value: unknown): boolean =>
  name.toLowerCase() === "set-cookie" && [value].flat().every((cookie) => /^oidc[-=.]/.test(String(cookie)));

/**
 * OpenID Connect Core, 11, wants consent for a refresh token. Nobody is asked (these are the team's own services), so
 * services need not request it either.
 */
function allowOfflineAccess(req: Request): void {
  const url = new URL(req.url, "http://localhost");
  if (url.pathname !== "/oidc/auth" || !(url.searchParams.get("scope") ?? "").split(" ").includes("offline_access"))
    return;
  const prompts = new Set((url.searchParams.get("prompt") ?? "").split(" ").filter(Boolean));
  if (prompts.has("none")) return;
  url.searchParams.set("prompt", [...prompts.add("consent")].join(" "));
  req.url = url.pathname + url.search;
}
