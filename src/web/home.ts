import type { RequestHandler } from "express";

/** The first page: an Admin's work, or one's own page. */
export const home: RequestHandler = (req, res) => {
  res.redirect(303, req.user?.role === "admin" ? "/admin/managers" : "/profile");
};
