import type { Request } from "express";
import type { Actor, Reauthorize } from "../audit/audited-change.ts";
import type { Sender } from "../platform/network.ts";
import type { CurrentUser } from "../roles/people.ts";

declare module "express-serve-static-core" {
  interface Request {
    /** The logged-in user; undefined for a visitor. */
    user?: CurrentUser;
    /** The condition on which the route's guard let the request in. */
    reauthorize?: Reauthorize;
  }
}

/** The user behind a route that only users can open. @throws Error if the route table lets visitors in */
export function currentUser(req: Request): CurrentUser {
  if (!req.user) throw new Error("no user on a route that needs one");
  return req.user;
}

/** Ends the browser's session: nothing of it is written at the end of this request. */
export async function destroySession(req: Request): Promise<void> {
  await new Promise<void>((resolve, reject) => req.session.destroy((error) => (error ? reject(error) : resolve())));
}

/** Who sent the request. */
export const senderOf = (req: Request): Sender => ({ address: req.ip, browser: req.get("User-Agent") });

/** The actor of the request, as history names them: the user of the session or of the API key. */
export function requestActor(req: Request): Actor {
  const from = senderOf(req);
  if (req.caller && "owner" in req.caller) {
    const { owner, key } = req.caller;
    return { kind: "user", id: owner.id, keyId: key.id, ...from };
  }
  return req.user ? { kind: "user", id: req.user.id, ...from } : { kind: "visitor", ...from };
}

/** The actor of the request; on a guarded route, with the condition on which they were let in. */
export function authorizedActor(req: Request): Actor {
  const who = requestActor(req);
  return who.kind === "user" && req.reauthorize ? { ...who, reauthorize: req.reauthorize } : who;
}
