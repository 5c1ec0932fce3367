import type { Request } from "express";

/** Gives the browser a new session under a new id (against session fixation, OWASP ASVS 5.0, 7.2.4) and saves it. */
export async function startSession(req: Request, userId: number): Promise<void> {
  await new Promise<void>((resolve, reject) => req.session.regenerate((error) => (error ? reject(error) : resolve())));
  req.session.userId = userId;
  await new Promise<void>((resolve, reject) => req.session.save((error) => (error ? reject(error) : resolve())));
}
