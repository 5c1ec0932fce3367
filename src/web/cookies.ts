import { parseCookie } from "cookie";
import type { Request, Response } from "express";
import type { Deps } from "../deps.ts";

/**
 * The prefix of our cookies' names. Browsers share cookies between the ports of a host, so it contains a port other
 * than the default one: two Rosters on one machine do not log people out of each other. Processes on one PostgreSQL are
 * one Roster, whose port only BASE_URL names. `__Host-` keeps neighboring sites from planting our cookies; browsers
 * allow it only with https.
 */
export function cookiePrefix({ config, baseUrlGiven }: Pick<Deps, "config" | "baseUrlGiven">): string {
  const { protocol, port } = new URL(config.baseUrl);
  const [host, usual, standard] = protocol === "https:" ? ["__Host-", "443", "443"] : ["", "3000", "80"];
  // With PORT=0 the system chooses the port, and Roster's default address names it.
  const own = config.databaseUrl === undefined ? String(config.port || port) : usual;
  const shown = baseUrlGiven ? port || standard : own;
  return `${host}roster${shown === usual ? "" : `-${shown}`}`;
}

/** The session's own cookie if no part is named. The application sets the prefix as `app.locals.cookiePrefix`. */
const cookieName = (req: Request, part?: string): string =>
  [req.app.locals.cookiePrefix, ...(part === undefined ? [] : [part])].join("-");

/** The cookie that this browser sent. */
export function readCookie(req: Request, part?: string): string | undefined {
  const [sent, name] = [req.get("Cookie") ?? "", cookieName(req, part)];
  // Most requests have few of our cookies.
  return sent.includes(name) ? parseCookie(sent)[name] : undefined;
}

/** Sends one of our cookies, which no other site's request and no script sees. 0 milliseconds delete it. */
export function setCookie(
  req: Request,
  res: Response,
  { part, value, maxAgeMs }: { part: string; value: string; maxAgeMs: number },
): void {
  res.cookie(cookieName(req, part), value, {
    httpOnly: true,
    sameSite: "lax",
    secure: req.secure,
    path: "/",
    maxAge: maxAgeMs,
  });
}
