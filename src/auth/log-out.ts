import type { RequestHandler } from "express";
import { auditedChange, userEntry } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { destroySession, requestActor } from "../sessions/current-user.ts";
import { deleteSession } from "../sessions/queries.ts";

/** Log out after the session has ended: nothing to end, and no token could be valid. */
export const loggedOut: RequestHandler = (req, res, next) => (req.user ? next() : res.redirect(303, "/login"));

/** Ends the session on the server, and makes the browser delete its cached pages. */
export function logOut({ db }: Pick<Deps, "db">): RequestHandler {
  return async (req, res) => {
    const { user, sessionID } = req;
    if (user) {
      await auditedChange(db, userEntry("user.logged-out", { actor: requestActor(req), user }), async (trx) =>
        // Pressed twice, it is one log-out.
        (await deleteSession(trx, sessionID)) ? {} : undefined,
      );
    }
    await destroySession(req);
    res.set("Clear-Site-Data", '"cache"').redirect(303, "/login");
  };
}
