import type { Request } from "express";
import type { Knex } from "knex";
import { newToken } from "../platform/secrets.ts";
import { cookieName, readCookie } from "../web/cookies.ts";
import { keepKnownBrowser } from "./known-browser-queries.ts";

// A browser that has logged in to an account before has tries of its own, so that nobody keeps the owner out by guessing
// (OWASP: device cookies). The token in it opens nothing: it says which tries count, and the password is asked for all the same.

/** As long as browsers keep a cookie at most. */
const lifetime = 400 * 24 * 60 * 60_000;

const part = "known";

/** The token that this browser came with; undefined for a browser that never logged in. */
export function knownToken(req: Request): string | undefined {
  const text = readCookie(req, part);
  return text && /^[\w-]{43}$/.test(text) ? text : undefined;
}

/** Makes the browser known to the user's account: it has logged in, or came with a link from the user's mail. */
export async function rememberBrowser(trx: Knex.Transaction, req: Request, userId: number): Promise<void> {
  const token = newToken();
  await keepKnownBrowser(trx, { userId, token, before: knownToken(req) });
  // A new token each time: one that somebody else put into this browser is worth nothing from here on.
  req.res?.cookie(cookieName(req, part), token, {
    httpOnly: true,
    sameSite: "lax",
    secure: req.secure,
    path: "/",
    maxAge: lifetime,
  });
}
