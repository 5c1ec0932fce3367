import type { Request } from "express";
import type { SessionData } from "express-session";
import type { Database } from "../database/database.ts";
import { stamp } from "../platform/time.ts";
import { endSession as endOnRecord } from "./changes.ts";
import { requestActor } from "./current-user.ts";
import { renameSession, sessionName } from "./queries.ts";

/** Whose session it is, or who is halfway through a log-in. */
type Begun = Required<Pick<SessionData, "userId">> | Required<Pick<SessionData, "pendingLogIn">>;

/**
 * Gives the browser a new session under a new id (against session fixation, OWASP ASVS 5.0, 7.2.4) and saves it. The one
 * that somebody had in it before ends, on record.
 */
export async function startSession(db: Database, req: Request, begun: Begun): Promise<void> {
  if (req.user) {
    const by = { actor: requestActor(req), user: req.user };
    await endOnRecord({ db }, { ...by, name: sessionName(req.sessionID), why: "log-in" });
  }
  await regenerate(req);
  await save(req, begun);
}

/**
 * The session goes on under a new id: its user has just confirmed with the password (OWASP ASVS 5.0, 7.2.4). It lives
 * no longer for that, and keeps the secret of its forms, so that those open in other tabs stay good. Its row is renamed
 * in one statement: a session that was ended meanwhile stays ended.
 * @returns false where it was ended meanwhile
 */
export async function regenerateSession(db: Database, req: Request): Promise<boolean> {
  const { cookie: _, ...kept } = req.session;
  const from = req.sessionID;
  req.sessionStore.generate(req);
  if (!(await renameSession(db, { from, to: req.sessionID }))) {
    await endSession(req);
    return false;
  }
  await save(req, kept);
  return true;
}

/** Ends the session on the server; what comes next in this request is a visitor's. */
export const endSession = (req: Request): Promise<void> => regenerate(req);

const regenerate = (req: Request): Promise<void> =>
  new Promise((resolve, reject) => req.session.regenerate((error) => (error ? reject(error) : resolve())));

async function save(req: Request, data: object): Promise<void> {
  const from = { address: req.ip, browser: req.get("User-Agent") };
  Object.assign(req.session, data, from, { provenAt: stamp() });
  await new Promise<void>((resolve, reject) => req.session.save((error) => (error ? reject(error) : resolve())));
}
