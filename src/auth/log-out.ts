import type { RequestHandler } from "express";

/** Ends the session on the server, and has the browser forget the pages it kept. */
export const logOut: RequestHandler = async (req, res) => {
  await new Promise<void>((resolve, reject) => req.session.destroy((error) => (error ? reject(error) : resolve())));
  res.set("Clear-Site-Data", '"cache"').redirect(303, "/login");
};
