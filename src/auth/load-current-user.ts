import type { Request, RequestHandler } from "express";
import type { Reauthorize } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { AccessDenied } from "../roles/errors.ts";
import { currentUser } from "../sessions/current-user.ts";
import { isSessionOf } from "../sessions/queries.ts";
import { findCurrentUser } from "../users/current-user-queries.ts";
import { words } from "../words/words.ts";

/** Reads the user again for each request: a deactivated user and a demoted Admin notice at their next click. */
export function loadCurrentUser({ db }: Deps): RequestHandler {
  return async (req, _res, next) => {
    if (req.session.userId !== undefined) {
      const user = await findCurrentUser(db, req.session.userId);
      if (user) req.user = user;
      else await new Promise<void>((resolve) => req.session.regenerate(() => resolve()));
    }
    next();
  };
}

/** The session, status and role of this request's user. A confirmation gives the session another ID meanwhile. */
export function createReauthorize(req: Request): Reauthorize {
  const { id, role } = currentUser(req);
  return async (trx) => {
    const present = await findCurrentUser(trx, id);
    if (present?.role !== role || !(await isSessionOf(trx, { id: req.sessionID, userId: id })))
      throw new AccessDenied(words().errors.overtaken);
  };
}
