import { parseCookie, type SetCookie, stringifySetCookie } from "cookie";
import type { Request, Response } from "express";

/** `__Host-` keeps a neighbouring site from putting words into Roster's mouth; browsers allow it under https alone. */
const cookieName = (req: Request): string => (req.secure ? "__Host-roster-notice" : "roster-notice");

function sendCookie(req: Request, res: Response, value: string, maxAge: number): void {
  const cookie: SetCookie = {
    name: cookieName(req),
    value,
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: req.secure,
    maxAge,
  };
  res.append("Set-Cookie", stringifySetCookie(cookie));
}

/** What was saved, said once on the next page: a cookie of one minute, so that reading a page writes nothing. */
export function setNotice(req: Request, res: Response, text: string): void {
  sendCookie(req, res, text, 60);
}

/** The notice for this page, or undefined; taken away from the browser at the same time. */
export function takeNotice(req: Request, res: Response): string | undefined {
  const text = parseCookie(req.get("Cookie") ?? "")[cookieName(req)]?.slice(0, 300);
  if (text) sendCookie(req, res, "", 0);
  return text;
}
