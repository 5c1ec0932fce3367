import { type Request, type Response, Router } from "express";
import type { Knex } from "knex";
import { findLiveKey } from "../api-keys/owner-queries.ts";
import { recordRefusals } from "../auth/record-refusals.ts";
import type { Deps } from "../deps.ts";
import { can } from "../roles/roles.ts";
import { requestActor } from "../sessions/current-user.ts";
import { sendText } from "../web/send.ts";
import { isUtf8Url } from "../web/utf8.ts";
import { authenticate, type Caller, isUsers, requireKey, requireOwner, requireUsableKey } from "./authenticate.ts";
import { readBody } from "./body.ts";
import { runIdempotent } from "./idempotency.ts";
import { openApiDocument } from "./openapi.ts";
import type { ApiResponse, Call, SaveResponse } from "./operation.ts";
import { Problem, problemDocument } from "./problems.ts";
import { rateLimit } from "./rate-limit.ts";
import { type ApiRoute, apiTable } from "./table.ts";

/** Everything under /api/v1. Errors are returned in the order of the steps below (PRODUCT.md, "Keys and the API"). */
export function apiRouter(deps: Deps): Router {
  const router = Router({ caseSensitive: true });
  // The log also gets the pattern of requests that are refused before a route sees the address.
  router.use((req, res, next) => {
    const isOne = req.path === "/openapi.json" || patterns.some(({ path }) => path === req.path);
    res.locals.route = `/api/v1${isOne ? req.path : (patternsOf(req.path)[0]?.path ?? "")}`;
    next();
  });
  const limit = rateLimit(deps.config.apiRateLimit);

  /** 403, by the current data: checked before the request is read, and again in the transaction of a change. */
  const startCall = (req: Request, res: Response, route?: ApiRoute): Call => {
    const caller = requireKey(req.caller);
    const requirePermission = (present: Caller): void => {
      requireUsableKey(present);
      if (route) refuseUnlessAllowed(present, route);
    };
    requirePermission(caller);
    const who = requestActor(req);
    // An application's own key can only read.
    if (!isUsers(caller)) return { deps, caller, actor: who, req, res };
    const reauthorize = async (trx: Knex.Transaction): Promise<void> =>
      requirePermission(requireKey(await findLiveKey(trx, caller.key.id)));
    return { deps, caller, actor: { ...who, kind: "user", id: caller.owner.id, reauthorize }, req, res };
  };

  let document: string | undefined;
  router.get("/openapi.json", (_req, res) => {
    document ??= JSON.stringify(openApiDocument(apiTable, deps.config.baseUrl));
    sendText(res, "application/json; charset=utf-8", document);
  });
  router.all("/openapi.json", () => {
    throw new Problem("method-not-allowed", { headers: { Allow: "GET, HEAD" } });
  });

  // 401, then the key's requests are counted (429), before a route sees the rest of the address.
  router.use(async (req, res, next) => {
    const caller = await authenticate(deps, req);
    limit(isUsers(caller) ? `key ${caller.key.id}` : `application ${caller.application.id}`, res);
    next();
  });

  for (const route of apiTable) {
    router[route.method](route.path, async (req, res) => {
      const call = startCall(req, res, route);
      const subject = await route.operation.find(call);
      const received = await readBody(req, res, route.operation);
      if (!isUtf8Url(req.url)) throw new Problem("malformed-request", { detail: "The address is not UTF-8." });
      const work = (saveResponse?: SaveResponse) => route.operation.run({ ...call, saveResponse }, subject, received);
      const keyId = route.method === "post" ? requireOwner(call.caller).key.id : undefined;
      send(res, await (keyId === undefined ? work() : runIdempotent(deps.db, keyId, req, work)));
    });
  }

  router.use(async (req, res) => {
    throw await wrongMethodOrAddress(startCall(req, res));
  });
  router.use(recordRefusals(deps), problemDocument(deps.logger));
  return router;
}

/** Whether both the key's scope and its owner's role allow it now. @throws Problem */
function refuseUnlessAllowed(caller: Caller, route: ApiRoute): void {
  const scope = isUsers(caller) ? caller.key.scope : "read";
  if (route.method !== "get" && scope !== "write") throw new Problem("read-only-key");
  if (!isGranted(caller, route)) throw new Problem("forbidden");
}

const isGranted = (caller: Caller, { access, forApplications }: ApiRoute): boolean =>
  isUsers(caller) ? access === "user" || can(caller.owner, access) : forApplications === true;

/** Reports a missing item (404) before an impossible method (405), and both only to those who may know (403). */
async function wrongMethodOrAddress({ req, ...call }: Call): Promise<Problem> {
  const found = patternsOf(req.path);
  if (found.length === 0) return new Problem("not-found");
  const granted = found.find((route) => isGranted(call.caller, route));
  if (!granted) return new Problem("forbidden");
  req.params = { ...granted.pattern.exec(req.path)?.groups };
  await granted.operation.find({ ...call, req });
  const methods = found.map(({ method }) => method.toUpperCase());
  const allow = methods.includes("GET") ? [...methods, "HEAD"] : methods;
  return new Problem("method-not-allowed", { headers: { Allow: allow.join(", ") } });
}

const patterns = apiTable.map((route) => ({
  ...route,
  pattern: new RegExp(`^${route.path.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)")}/?$`),
}));

/** The operations at an address, whatever their method. */
const patternsOf = (path: string) => patterns.filter(({ pattern }) => pattern.test(path));

function send(res: Response, { status, body, headers = {} }: ApiResponse): void {
  res.status(status).set(headers);
  if (body === undefined) res.end();
  else sendText(res, res.get("Content-Type") ?? "application/json; charset=utf-8", JSON.stringify(body));
}
