import type { Request, Response } from "express";
import { auditedChange, userEntry } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import { destroySession, requestActor } from "./current-user.ts";
import { deleteSession } from "./queries.ts";

/** Ends the browser's session on the server, and makes the browser delete its cached pages. */
export async function logOutHere(db: Database, req: Request, res: Response): Promise<void> {
  const { user, sessionID } = req;
  if (user)
    await auditedChange(db, userEntry("user.logged-out", { actor: requestActor(req), user }), async (trx) =>
      // Pressed twice, it is one log-out.
      (await deleteSession(trx, sessionID)) ? {} : undefined,
    );
  await destroySession(req);
  res.set("Clear-Site-Data", '"cache"');
}
