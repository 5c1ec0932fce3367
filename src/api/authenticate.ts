import type { Request, RequestHandler } from "express";
import { isWellFormedKey } from "../api-keys/key.ts";
import { findKeyOwner, type KeyOwner } from "../api-keys/queries.ts";
import type { Deps } from "../deps.ts";
import { HttpError } from "../web/errors.ts";

declare module "express-serve-static-core" {
  interface Request {
    /** Whose key the request came with. */
    key?: KeyOwner;
  }
}

/** One answer for an unknown, malformed and revoked key and for an inactive owner: nothing tells which it was. */
const refused = (): HttpError =>
  new HttpError(401, "A valid API key is needed, in the header X-API-Key or Authorization: Bearer.", {
    "WWW-Authenticate": 'Bearer realm="Roster"',
  });

/** Only the header is read: an address ends up in logs. */
export function authenticate({ db }: Deps): RequestHandler {
  return async (req, _res, next) => {
    const text = req.get("X-API-Key") ?? /^Bearer +(\S+)$/i.exec(req.get("Authorization") ?? "")?.[1] ?? "";
    const found = isWellFormedKey(text) ? await findKeyOwner(db, text) : undefined;
    if (!found) throw refused();
    const { owner } = found;
    if (owner.organization.plan !== "pro")
      throw new HttpError(403, "API keys are a Pro feature, and this organization is on the free plan.");
    if (owner.mustChangePassword) throw new HttpError(403, "The key's owner must choose a new password first.");
    req.key = found;
    next();
  };
}

/** The key behind a route that asks for one. @throws Error where the route table lets others in */
export function keyOf(req: Request): KeyOwner {
  if (!req.key) throw new Error("no key on a route that needs one");
  return req.key;
}
