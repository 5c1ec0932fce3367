import type { Request } from "express";
import type { SessionData } from "express-session";
import type { Database } from "../database/database.ts";
import { timestamp } from "../platform/time.ts";
import { endSession as endOnRecord } from "./changes.ts";
import { requestActor } from "./current-user.ts";
import { renameSession, sessionName } from "./queries.ts";

/** The session's user, or the user who has entered the password but not the code. */
type Begun = Required<Pick<SessionData, "userId">> | Required<Pick<SessionData, "pendingLogIn">>;

/**
 * Gives the browser a new session with a new ID (against session fixation, OWASP ASVS 5.0, 7.2.4) and saves it. The
 * session that it had before ends, and history says so.
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
 * Continues the session under a new ID: its user has just confirmed with the password (OWASP ASVS 5.0, 7.2.4). It keeps
 * its expiry and its form secret, so that forms in other tabs still work. One statement renames its row, so that a
 * session that was ended meanwhile stays ended.
 * @returns false if it was ended meanwhile
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

/** Ends the session on the server; the rest of this request is a visitor's. */
export const endSession = (req: Request): Promise<void> => regenerate(req);

const regenerate = (req: Request): Promise<void> =>
  new Promise((resolve, reject) => req.session.regenerate((error) => (error ? reject(error) : resolve())));

async function save(req: Request, data: object): Promise<void> {
  const from = { address: req.ip, browser: req.get("User-Agent") };
  Object.assign(req.session, data, from, { passwordConfirmedAt: timestamp() });
  await new Promise<void>((resolve, reject) => req.session.save((error) => (error ? reject(error) : resolve())));
}
