import { type SetCookie, stringifySetCookie } from "cookie";
import type { Request, Response } from "express";
import { cookieName, readCookie } from "./cookies.ts";

const part = "notice";

function sendCookie(req: Request, res: Response, value: string, maxAge: number): void {
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
  sendCookie(req, res, text, 60);
}

/** The notice for this page, or undefined; also deletes the cookie. */
export function takeNotice(req: Request, res: Response): string | undefined {
  const text = readCookie(req, part)?.slice(0, 300);
  if (text) sendCookie(req, res, "", 0);
  return text;
}
