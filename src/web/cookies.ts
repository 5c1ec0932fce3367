import { parseCookie } from "cookie";
import type { Request } from "express";
import type { Deps } from "../deps.ts";

/**
 * What the names of our cookies begin with. Browsers share cookies between the ports of a host, so a port that is not the
 * usual one is in it: two Rosters on one machine log nobody out of each other. Processes on one PostgreSQL are one Roster,
 * whose port BASE_URL alone says. `__Host-` keeps a neighbouring site from putting one of ours into the browser; browsers
 * allow it under https alone.
 */
export function cookiePrefix({ config, baseUrlGiven }: Pick<Deps, "config" | "baseUrlGiven">): string {
  const { protocol, port } = new URL(config.baseUrl);
  const [host, usual, standard] = protocol === "https:" ? ["__Host-", "443", "443"] : ["", "3000", "80"];
  // With PORT=0 the system chose one, which the default address of Roster names.
  const own = config.databaseUrl === undefined ? String(config.port || port) : usual;
  const shown = baseUrlGiven ? port || standard : own;
  return `${host}roster${shown === usual ? "" : `-${shown}`}`;
}

/** The session's own cookie where no part is named. The application sets the prefix as `app.locals.cookiePrefix`. */
export const cookieName = (req: Request, part?: string): string =>
  [req.app.locals.cookiePrefix, ...(part === undefined ? [] : [part])].join("-");

/** What this browser came with. */
export const readCookie = (req: Request, part?: string): string | undefined =>
  parseCookie(req.get("Cookie") ?? "")[cookieName(req, part)];
