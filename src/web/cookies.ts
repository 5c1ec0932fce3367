import { parseCookie } from "cookie";
import type { Request } from "express";

/** `__Host-` keeps a neighbouring site from putting one of ours into the browser; browsers allow it under https alone. */
export const cookieName = (req: Request, part?: string): string =>
  `${req.secure ? "__Host-" : ""}roster${part === undefined ? "" : `-${part}`}`;

/** What this browser came with. */
export const readCookie = (req: Request, part?: string): string | undefined =>
  parseCookie(req.get("Cookie") ?? "")[cookieName(req, part)];
