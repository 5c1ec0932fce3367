import type { Request, RequestHandler } from "express";
import type { Actor, Standing } from "../audit/audited-change.ts";
import { type CurrentUser, findCurrentUser, isSessionOf } from "../auth/queries.ts";
import type { Deps } from "../deps.ts";
import { AccessRefused } from "../web/errors.ts";

declare module "express-serve-static-core" {
  interface Request {
    /** Who is logged in; undefined for a visitor. */
    user?: CurrentUser;
    /** What the guard of the route let them in on. */
    standing?: Standing;
  }
}

/** Reads the user anew at each request: a deactivated user and a demoted Admin notice at their next click. */
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

/** The user behind a route that only users reach. @throws Error where the route table lets visitors in */
export function currentUser(req: Request): CurrentUser {
  if (!req.user) throw new Error("no user on a route that needs one");
  return req.user;
}

/** The browser's session is over: nothing of it is written at the end of this request. */
export async function forgetSession(req: Request): Promise<void> {
  await new Promise<void>((resolve, reject) => req.session.destroy((error) => (error ? reject(error) : resolve())));
}

/** Whoever makes the request, as history names them. */
export function whoAsks(req: Request): Actor {
  const from = { address: req.ip, browser: req.get("User-Agent") };
  return req.user ? { kind: "user", id: req.user.id, ...from } : { kind: "visitor", ...from };
}

/** Whoever makes the request; on a route that not everybody may use, with what they were let in on. */
export function actorOf(req: Request): Actor {
  const who = whoAsks(req);
  return who.kind === "user" && req.standing ? { ...who, requireStanding: req.standing } : who;
}

/** The session, the status and the role of this request's user. A confirmation gives the session another id meanwhile. */
export function standingOf(req: Request): Standing {
  const { id, role } = currentUser(req);
  return async (trx) => {
    const present = await findCurrentUser(trx, id);
    if (present?.role !== role || !(await isSessionOf(trx, { id: req.sessionID, userId: id })))
      throw new AccessRefused(overtaken);
  };
}

const overtaken =
  "Your session was ended or your role was changed while this was under way. Nothing was saved. Log in again, or go back and look.";
