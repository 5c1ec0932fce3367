import type { Request, RequestHandler } from "express";
import type { Actor } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { type CurrentUser, findCurrentUser } from "./queries.ts";

declare module "express-serve-static-core" {
  interface Request {
    /** Who is logged in; undefined for a visitor. */
    user?: CurrentUser;
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
export function actorOf(req: Request): Actor {
  const from = { address: req.ip, browser: req.get("User-Agent") };
  return req.user ? { kind: "user", id: req.user.id, ...from } : { kind: "visitor", ...from };
}
