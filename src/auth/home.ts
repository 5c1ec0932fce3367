import type { RequestHandler } from "express";
import { can } from "../roles/roles.ts";
import { currentUser } from "../sessions/current-user.ts";

/** The first page: Managers for Admins, your own page for others. */
export const home: RequestHandler = (req, res) => {
  res.redirect(303, can(currentUser(req), "users:edit") ? "/admin/managers" : "/profile");
};
