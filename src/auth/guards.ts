import type { Request, RequestHandler } from "express";
import { AccessDenied } from "../roles/errors.ts";
import { can, namesWithPermission, type Permission } from "../roles/roles.ts";
import { isRequired } from "../roles/second-factor-rule.ts";
import { HttpError } from "../web/errors.ts";
import { safePath } from "../web/safe-path.ts";
import { words } from "../words/words.ts";
import { createReauthorize } from "./load-current-user.ts";

/**
 * Who can use a route: users whose role has the permission, every "user", or "anybody". "photo" is "user", but answers
 * visitors 404 instead of redirecting to the log-in. "new-password" is for users who must choose one, and the only page
 * they get. "second-factor" is "user", and the only page for users who need a second factor and have none.
 */
export type RouteAccess = "anybody" | "user" | Permission | "photo" | "new-password" | "second-factor";

const newPasswordPath = "/new-password";
const secondFactorPath = "/profile/second-factor";

/** The only page that a logged-in user gets until it is done; undefined for everyone else. */
export function requiredPage({ user, session }: Request): string | undefined {
  if (!user) return undefined;
  if (user.mustChangePassword && !session.newPasswordLater) return newPasswordPath;
  return isRequired(user.factor.secondFactorRule, user.role) && !user.factor.isSetUp ? secondFactorPath : undefined;
}

/**
 * Refuses a request before anything of it is read. Pages only check that their subject is in the same organization.
 * @param facts `isPage`: the address can be opened, so a form sent after the session has ended leads back to it;
 * `beforeRefusal` can answer instead of a refusal
 */
export function guard(access: RouteAccess, facts: { isPage: boolean; beforeRefusal?: RequestHandler }): RequestHandler {
  const { isPage, beforeRefusal = (_req, _res, next) => next() } = facts;
  return (req, res, next) => {
    const refusal = refusalOf(req, access, { isPage });
    if (refusal === undefined) {
      // The page's change checks this again in its transaction (audit/audited-change.ts).
      if (access !== "anybody") req.reauthorize = createReauthorize(req);
      return next();
    }
    return beforeRefusal(req, res, () => (typeof refusal === "string" ? res.redirect(303, refusal) : next(refusal)));
  };
}

/** Where to redirect instead, or the error; undefined if the request is let in. */
function refusalOf(req: Request, access: RouteAccess, { isPage }: { isPage: boolean }): string | Error | undefined {
  if (access === "anybody") return undefined;
  const next = encodeURIComponent(isPage ? safePath(req.originalUrl) : "/");
  if (!req.user) return access === "photo" ? new HttpError(404) : `/login?next=${next}`;
  const required = requiredPage(req);
  if (access === "new-password") return required === newPasswordPath ? undefined : "/";
  if (required && !(required === secondFactorPath && access === "second-factor")) return `${required}?next=${next}`;
  if (access === "user" || access === "photo" || access === "second-factor" || can(req.user, access)) return undefined;
  return new AccessDenied(words().errors.onlyRoles(namesWithPermission(access)));
}
