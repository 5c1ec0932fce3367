import type { Request } from "express";
import { stamp } from "../time.ts";

/** Gives the browser a new session under a new id (against session fixation, OWASP ASVS 5.0, 7.2.4) and saves it. */
export async function startSession(req: Request, userId: number): Promise<void> {
  await regenerate(req);
  await save(req, { userId });
}

/**
 * The session goes on under a new id: its user has just confirmed with the password (OWASP ASVS 5.0, 7.2.4). It lives
 * no longer for that, and keeps the secret of its forms, so that those open in other tabs stay good.
 */
export async function startAgain(req: Request): Promise<void> {
  const { userId, createdAt, newPasswordLater } = req.session;
  const csrfSecret = "csrfSecret" in req.session ? { csrfSecret: req.session.csrfSecret } : {};
  await regenerate(req);
  await save(req, { userId, beganAt: createdAt, ...(newPasswordLater && { newPasswordLater }), ...csrfSecret });
}

const regenerate = (req: Request): Promise<void> =>
  new Promise((resolve, reject) => req.session.regenerate((error) => (error ? reject(error) : resolve())));

async function save(req: Request, data: object): Promise<void> {
  const from = { address: req.ip, browser: req.get("User-Agent") };
  Object.assign(req.session, data, from, { provenAt: stamp() });
  await new Promise<void>((resolve, reject) => req.session.save((error) => (error ? reject(error) : resolve())));
}
