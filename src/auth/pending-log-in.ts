import type { Request } from "express";
import type { Database } from "../database/database.ts";
import { hashToken } from "../platform/secrets.ts";
import { timestamp, timestampIn } from "../platform/time.ts";
import type { CurrentUser } from "../roles/people.ts";
import { startSession } from "../sessions/start.ts";
import { findCurrentUser } from "../users/current-user-queries.ts";
import { findUserByEmail } from "./queries.ts";

declare module "express-session" {
  interface SessionData {
    /** Whose password was right, how long to wait for a code, and which password it was. */
    pendingLogIn?: { userId: number; until: string; password: string };
  }
}

const timeoutMs = 5 * 60_000;

/**
 * Saves in a session with a new ID that the password was right. It is still a visitor's session, and opens only the
 * page that asks for the code.
 */
export async function startPendingLogIn(
  db: Database,
  req: Request,
  user: { id: number; passwordHash: string },
): Promise<void> {
  const password = hashToken(user.passwordHash);
  await startSession(db, req, { pendingLogIn: { userId: user.id, until: timestampIn(timeoutMs), password } });
}

/** The active user who must enter a code; undefined if it took too long, or the password has changed. */
export async function findPendingLogIn(db: Database, req: Request): Promise<CurrentUser | undefined> {
  const { pendingLogIn } = req.session;
  if (!pendingLogIn || pendingLogIn.until <= timestamp()) return undefined;
  const user = await findCurrentUser(db, pendingLogIn.userId);
  const present = user && (await findUserByEmail(db, user.email));
  return present && hashToken(present.passwordHash) === pendingLogIn.password ? user : undefined;
}
