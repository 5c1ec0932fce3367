import type { Request } from "express";
import type { Knex } from "knex";
import { newToken } from "../platform/secrets.ts";
import { readCookie, setCookie } from "../web/cookies.ts";
import { upsertKnownBrowser } from "./known-browser-queries.ts";

// A browser that has logged in to an account before has its own tries, so that nobody can lock out the owner by
// guessing (OWASP: device cookies). Its token opens nothing: it only selects which tries count, and the password is
// still needed.

/** The longest time that browsers keep a cookie. */
const lifetimeMs = 400 * 24 * 60 * 60_000;

const part = "known";

/** The token that this browser sent; undefined if it has never logged in. */
export function browserToken(req: Request): string | undefined {
  const text = readCookie(req, part);
  return text && /^[\w-]{43}$/.test(text) ? text : undefined;
}

/** Makes the browser known to the user's account: it has logged in, or opened a link from the user's email. */
export async function rememberBrowser(trx: Knex.Transaction, req: Request, userId: number): Promise<void> {
  const token = newToken();
  await upsertKnownBrowser(trx, { userId, token, before: browserToken(req) });
  // A new token each time: one that someone else planted in this browser is now worthless.
  if (req.res) setCookie(req, req.res, { part, value: token, maxAgeMs: lifetimeMs });
}
