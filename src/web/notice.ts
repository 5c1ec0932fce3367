import { type SetCookie, stringifySetCookie } from "cookie";
import type { Request, Response } from "express";
import { cookieName, readCookie } from "./cookies.ts";

/** What the next page shows: a sentence; or an address that its form is filled with. */
type Part = "notice" | "email";

/** @param maxAge in seconds */
function sendCookie(
  req: Request,
  res: Response,
  { part, value, maxAge }: { part: Part; value: string; maxAge: number },
): void {
  const cookie: SetCookie = {
    name: cookieName(req, part),
    value,
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: req.secure,
    maxAge,
  };
  res.append("Set-Cookie", stringifySetCookie(cookie));
}

/** What was saved, shown once on the next page: a one-minute cookie, so that reading a page writes nothing. */
export function setNotice(req: Request, res: Response, text: string): void {
  sendCookie(req, res, { part: "notice", value: text, maxAge: 60 });
}

/** The notice for this page, or undefined; also deletes the cookie. */
export function takeNotice(req: Request, res: Response): string | undefined {
  return takeCookie(req, res, "notice")?.slice(0, 300);
}

/** Fills in the log-in page that comes next; not in its address, which browsers keep. */
export function setLogInEmail(req: Request, res: Response, email: string): void {
  sendCookie(req, res, { part: "email", value: email, maxAge: 60 });
}

/** The address for this page, or undefined; also deletes the cookie. */
export function takeLogInEmail(req: Request, res: Response): string | undefined {
  return takeCookie(req, res, "email")?.slice(0, 254);
}

function takeCookie(req: Request, res: Response, part: Part): string | undefined {
  const value = readCookie(req, part);
  if (value) sendCookie(req, res, { part, value: "", maxAge: 0 });
  return value;
}
