import type { Request } from "express";
import type { Actor, Reauthorize } from "../audit/audited-change.ts";
import type { CurrentUser } from "../roles/people.ts";

declare module "express-serve-static-core" {
  interface Request {
    /** Who is logged in; undefined for a visitor. */
    user?: CurrentUser;
    /** What the guard of the route let them in on. */
    reauthorize?: Reauthorize;
  }
}

/** The user behind a route that only users reach. @throws Error where the route table lets visitors in */
export function currentUser(req: Request): CurrentUser {
  if (!req.user) throw new Error("no user on a route that needs one");
  return req.user;
}

/** The browser's session is over: nothing of it is written at the end of this request. */
export async function destroySession(req: Request): Promise<void> {
  await new Promise<void>((resolve, reject) => req.session.destroy((error) => (error ? reject(error) : resolve())));
}

/** Whoever makes the request, as history names them. */
export function requestActor(req: Request): Actor {
  const from = { address: req.ip, browser: req.get("User-Agent") };
  return req.user ? { kind: "user", id: req.user.id, ...from } : { kind: "visitor", ...from };
}

/** Whoever makes the request; on a route that not everybody may use, with what they were let in on. */
export function authorizedActor(req: Request): Actor {
  const who = requestActor(req);
  return who.kind === "user" && req.reauthorize ? { ...who, reauthorize: req.reauthorize } : who;
}
