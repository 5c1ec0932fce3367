import express, { type Express } from "express";
import session from "express-session";
import { createFrame } from "./auth/frame.ts";
import { guard } from "./auth/guards.ts";
import { loadCurrentUser } from "./auth/load-current-user.ts";
import { recordRefusals } from "./auth/record-refusals.ts";
import type { Deps } from "./deps.ts";
import { metricsPage } from "./health/metrics-page.ts";
import { ready } from "./health/ready.ts";
import { openIdPaths } from "./oidc/paths.ts";
import { type Route, routes } from "./routes.ts";
import { SessionStore } from "./sessions/store.ts";
import { cookiePrefix } from "./web/cookies.ts";
import { checkCsrfToken, checkOrigin } from "./web/csrf.ts";
import { errorPage, HttpError, notFound } from "./web/errors.ts";
import { formFields } from "./web/form-body.ts";
import { formSecrets } from "./web/form-secret.ts";
import { securityHeaders } from "./web/headers.ts";
import { inLanguage } from "./web/language.ts";
import { onFirstRequest } from "./web/on-first-request.ts";
import { requestLog } from "./web/request-log.ts";
import { staticFiles } from "./web/static.ts";
import { deduplicateSubmissions, replayResponse } from "./web/submissions.ts";
import { requireUtf8Url } from "./web/utf8.ts";

/** The whole application: the middleware in order, then every route with its guard. */
export function createApp(deps: Deps): Express {
  const { config, db, logger } = deps;
  const secure = config.baseUrl.startsWith("https:");
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", config.trustProxy);
  app.set("query parser", "simple");
  // "/API/v1" would slip past a proxy's rule for "/api/".
  app.enable("case sensitive routing");
  app.locals.createFrame = createFrame;
  app.locals.cookiePrefix = cookiePrefix(deps);

  app.use(requestLog(logger, deps.metrics.countRequest));
  app.use(securityHeaders({ secure }));
  // We have no address "GET *". "#" and a backslash are not allowed in a path (RFC 3986); Express would read "/api\v1#"
  // as "/api/v1".
  app.use((req, _res, next) => next(/^\/[^\\?#]*(?:\?[^#]*)?$/.test(req.url) ? undefined : new HttpError(400)));
  app.use(
    "/api/v1",
    onFirstRequest(async () => (await import("./api/router.ts")).apiRouter(deps)),
  );
  app.use(staticFiles);
  app.get("/healthz", remember("/healthz"), (_req, res) => void res.type("text").send("ok\n"));
  app.get("/readyz", remember("/readyz"), ready(deps));
  if (config.metricsToken) app.get("/metrics", remember("/metrics"), metricsPage(deps, config.metricsToken));

  // Behind a proxy with TLS the request itself has none, but the cookie is still Secure.
  if (secure) app.use((req, _res, next) => next(void Object.defineProperty(req, "secure", { value: true })));
  app.use(inLanguage(requireUtf8Url));
  const sessions = session({
    name: app.locals.cookiePrefix,
    secret: config.sessionSecrets,
    store: new SessionStore(db, { idle: config.sessionIdle, maxAge: config.sessionMax }),
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: "lax", secure, path: "/" },
  });
  app.use((req, res, next) =>
    sessions(req, res, (error?: unknown) => {
      // Sessions are saved while the response is sent. The response stays complete if that fails (the disk is full).
      if (error && res.headersSent) logger.error({ err: error, request: res.locals.requestId }, "session not saved");
      else next(error);
    }),
  );
  app.use(formSecrets(config.sessionSecrets));
  app.use(loadCurrentUser(deps));
  const table = routes(deps);
  const shared = { origin: checkOrigin(deps), repeated: replayResponse(deps), once: deduplicateSubmissions(deps) };
  const pages = new Set(table.filter(({ method }) => method === "get").map(({ path }) => path));
  for (const route of table) mount(app, shared, route, { isPage: pages.has(route.path) });
  const openId = onFirstRequest(async () => (await import("./oidc/load.ts")).loadOpenIdProvider(deps));
  // Not `app.use(path)`, which would change the address that oidc-provider reads.
  for (const path of openIdPaths) app.all(path, remember(path), inLanguage(openId));
  // Other people must not learn which addresses exist.
  app.use("/admin", inLanguage(guard("users:edit", { isPage: false })));
  app.use(notFound, recordRefusals(deps), errorPage(logger));
  return app;
}

type Shared = Record<"origin" | "repeated" | "once", express.RequestHandler>;

/**
 * The permission check comes before the body is read, the token check after it; a second press may come later than
 * both. Each sets the request's language, because reading the body loses it for what follows.
 */
function mount(app: Express, shared: Shared, route: Route, { isPage }: { isPage: boolean }): void {
  const { method, path, access, body, handlers } = route;
  const { origin, repeated, once } = shared;
  const chain = body
    ? [
        ...[origin, guard(access, { isPage, beforeRefusal: repeatedForm(repeated) })],
        ...[body, repeated, checkCsrfToken(route.stale), once, ...handlers],
      ]
    : [guard(access, { isPage }), ...handlers];
  // Only for your own pages: any other address may contain a one-time link.
  app[method](path, remember(path, { hasPage: isPage && access !== "anybody" }), ...chain.map(inLanguage));
}

/** For a form from someone who no longer has access: the first press may have ended or renewed the session. */
function repeatedForm(repeated: express.RequestHandler): express.RequestHandler {
  const read = formFields();
  return (req, res, next) => {
    if (!req.get("Cookie") || !req.is("urlencoded")) return next();
    read(req, res, (error?: unknown) => (error ? next() : repeated(req, res, next)));
  };
}

/** The request's name in the log and /metrics, and whether the address of a refused form can be opened again. */
function remember(path: string, { hasPage } = { hasPage: false }): express.RequestHandler {
  return (_req, res, next) => {
    res.locals.route = path;
    res.locals.hasPage = hasPage;
    next();
  };
}
