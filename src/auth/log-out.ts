import type { RequestHandler } from "express";
import { auditedChange } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { actorOf, forgetSession } from "./current-user.ts";
import { deleteSession } from "./queries.ts";

/** Ends the session on the server, and has the browser forget the pages it kept. */
export function logOut({ db }: Pick<Deps, "db">): RequestHandler {
  return async (req, res) => {
    const { user, sessionID } = req;
    if (user) {
      const about = { organizationId: user.organizationId, subjectId: user.id };
      await auditedChange(db, { actor: actorOf(req), ...about, action: "user.logged-out" }, async (trx) =>
        // Pressed twice, it is one log-out.
        (await deleteSession(trx, sessionID)) ? {} : undefined,
      );
    }
    await forgetSession(req);
    res.set("Clear-Site-Data", '"cache"').redirect(303, "/login");
  };
}
