import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import { logOutHere } from "../sessions/log-out.ts";

/** Log out after the session has ended: nothing to end, and no token could be valid. */
export const loggedOut: RequestHandler = (req, res, next) => (req.user ? next() : res.redirect(303, "/login"));

export function logOut({ db }: Pick<Deps, "db">): RequestHandler {
  return async (req, res) => {
    await logOutHere(db, req, res);
    res.redirect(303, "/login");
  };
}
