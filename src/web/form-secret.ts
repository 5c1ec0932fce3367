import { createHmac, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { readCookie, setCookie } from "./cookies.ts";

declare module "express-session" {
  interface SessionData {
    csrfSecret?: string | undefined;
  }
}

declare module "express-serve-static-core" {
  interface Request {
    formSecret?: FormSecret;
  }
}

/**
 * The secret of this browser's form tokens. A session keeps it. For visitors, who have no session and leave nothing in
 * the database, it is in a signed 30-minute cookie. A planted cookie is no worse than a planted visitor's session: the
 * log-in replaces it with a session that has another secret.
 */
type FormSecret = {
  csrfSecret: string | undefined;
  /** Renews a visitor's cookie before a page with a form is sent. */
  keep: () => void;
};

const lifetime = 30 * 60_000;
const part = "form";

/** Comes after the session. @param secrets SESSION_SECRET: the first one signs, all are accepted */
export function formSecrets(secrets: readonly string[]): RequestHandler {
  return (req, res, next) => {
    req.formSecret = formSecret(req, res, secrets);
    next();
  };
}

function formSecret(req: Request, res: Response, secrets: readonly string[]): FormSecret {
  let visitors = openSecret(secrets, readCookie(req, part));
  let isSent = false;
  // A session that was never stored has no creation time.
  const isVisitors = (): boolean => req.session?.createdAt === undefined;
  return {
    get csrfSecret() {
      return isVisitors() ? visitors : req.session.csrfSecret;
    },
    set csrfSecret(secret) {
      if (isVisitors()) visitors = secret;
      else req.session.csrfSecret = secret;
    },
    keep: () => {
      const [key] = secrets;
      if (!isVisitors() || visitors === undefined || key === undefined || isSent) return;
      isSent = true;
      const value = signSecret(key, { secret: visitors, until: Date.now() + lifetime });
      setCookie(req, res, { part, value, maxAgeMs: lifetime });
    },
  };
}

const signature = (key: string, text: string): string =>
  createHmac("sha256", key).update(`form ${text}`).digest("base64url");

/** The cookie's content. @param until milliseconds since 1970 */
export function signSecret(key: string, { secret, until }: { secret: string; until: number }): string {
  const text = `${until}.${secret}`;
  return `${text}.${signature(key, text)}`;
}

function openSecret(keys: readonly string[], value = ""): string | undefined {
  const [, text, until, secret, sent = ""] = /^((\d{1,15})\.([\w-]{1,64}))\.([\w-]{43})$/.exec(value) ?? [];
  if (text === undefined) return undefined;
  const isOurs = keys.some((key) => {
    const own = Buffer.from(signature(key, text));
    return own.length === sent.length && timingSafeEqual(own, Buffer.from(sent));
  });
  return isOurs && Number(until) > Date.now() ? secret : undefined;
}
