import type { Request, Response } from "express";
import { readCookie, setCookie } from "./cookies.ts";

/** What the next page shows: a sentence; or an address that its form is filled with. */
type Part = "notice" | "email";

const lifetimeMs = 60_000;

/** What was saved, shown once on the next page: a one-minute cookie, so that reading a page writes nothing. */
export function setNotice(req: Request, res: Response, text: string): void {
  setCookie(req, res, { part: "notice", value: text, maxAgeMs: lifetimeMs });
}

/** The notice for this page, or undefined; also deletes the cookie. */
export function takeNotice(req: Request, res: Response): string | undefined {
  return takeCookie(req, res, "notice")?.slice(0, 300);
}

/** Fills in the log-in page that comes next; not in its address, which browsers keep. */
export function setLogInEmail(req: Request, res: Response, email: string): void {
  setCookie(req, res, { part: "email", value: email, maxAgeMs: lifetimeMs });
}

/** The address for this page, or undefined; also deletes the cookie. */
export function takeLogInEmail(req: Request, res: Response): string | undefined {
  return takeCookie(req, res, "email")?.slice(0, 254);
}

function takeCookie(req: Request, res: Response, part: Part): string | undefined {
  const value = readCookie(req, part);
  if (value) setCookie(req, res, { part, value: "", maxAgeMs: 0 });
  return value;
}
