import { hash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Request, RequestHandler, Response } from "express";
import type { SessionData } from "express-session";
import type { Deps } from "../deps.ts";
import { decrypt, deriveKey, encrypt } from "../platform/aes-gcm.ts";
import { hashToken } from "../platform/secrets.ts";
import { timestampIn } from "../platform/time.ts";
import { readCookie } from "./cookies.ts";
import {
  awaitSubmission,
  deleteOldSubmissions,
  deleteSubmission,
  findSubmission,
  keepResponse,
  reserveSubmission,
} from "./submission-queries.ts";

// The second press of a button gets the response to the first. Each page that is shown has its own form token, so the
// same token with the same fields at the same address is the same form.

const lifetimeMs = 60_000;
/** How long a first press can take: after that, its process was killed, and the second press counts as new. */
const timeoutMs = 20_000;
const pollIntervalMs = 30;

const keptHeaders = [
  "location",
  "content-type",
  "content-encoding",
  "content-language",
  "vary",
  "pragma",
  "clear-site-data",
  "set-cookie",
  "retry-after",
];

type Kept = {
  status: number;
  headers: Record<string, number | string | string[]>;
  /** In base64. */
  body: string;
  /** The session that the browser had after it. */
  session: string | undefined;
  /** What identifies the browser: an identical form from another browser does not get the response. */
  browsers: string[];
};

type Form = { id: string; key: Buffer };

/**
 * Only the form itself can open its response: the database has only a hash of its hash. It contains a token that nobody
 * can guess, so nobody can guess the passwords in it either.
 */
function formOf(req: Request, [secret = ""]: readonly string[]): Form | undefined {
  if (typeof req.body?._csrf !== "string" || req.body._csrf === "") return undefined;
  const file = req.file && hash("sha256", req.file.buffer);
  const fingerprint = hashToken(JSON.stringify([req.originalUrl, req.body, file]));
  return { id: hashToken(fingerprint), key: deriveKey("roster form response", secret + fingerprint) };
}

/** The session in the cookie, even if it has ended, and the secret of its forms. */
function browserOf(req: Request): string[] {
  const [, session] = /^s:([\w-]+)\./.exec(readCookie(req) ?? "") ?? [];
  return [session, req.formSecret?.csrfSecret].filter((known) => known !== undefined);
}

/** Comes before the check of the token, which may have expired after the first press. */
export function replayResponse({ db, config }: Pick<Deps, "db" | "config">): RequestHandler {
  return async (req, res, next) => {
    const form = formOf(req, config.sessionSecrets);
    const kept = form && (await findResponse(db, form, req));
    return kept ? sendKeptResponse(req, res, kept) : next();
  };
}

/** Comes after it: stores the response, and makes other presses wait for it meanwhile. */
export function deduplicateSubmissions({ db, config }: Pick<Deps, "db" | "config">): RequestHandler {
  return async (req, res, next) => {
    const form = formOf(req, config.sessionSecrets);
    if (!form) return next();
    // If the disk is full nothing is stored, and the form gets the page's own response.
    await deleteOldSubmissions(db, { before: timestampIn(-lifetimeMs) }).catch(() => undefined);
    let createdAt = await reserveSubmission(db, form.id).catch(() => "");
    while (createdAt === undefined) {
      const kept = await findResponse(db, form, req);
      if (kept) return sendKeptResponse(req, res, kept);
      const seen = await findSubmission(db, form);
      if (seen) await deleteSubmission(db, { id: form.id, createdAt: seen.createdAt });
      createdAt = await reserveSubmission(db, form.id);
    }
    if (createdAt) keepResponseOnEnd(db, { ...form, createdAt }, req, res);
    next();
  };
}

/**
 * Waits while the first press is under way. Only presses that came meanwhile get its refusal: the answer may differ
 * now.
 */
async function findResponse(db: Deps["db"], { id, key }: Form, req: Request): Promise<Kept | undefined> {
  for (let waited = false; ; waited = true) {
    const found = await findSubmission(db, { id });
    if (!found || found.createdAt <= timestampIn(found.response === null ? -timeoutMs : -lifetimeMs)) return undefined;
    if (found.response !== null) {
      const kept: Kept | undefined =
        JSON.parse(decrypt(key, { encrypted: found.response, additionalData: id })?.toString() ?? "null") ?? undefined;
      const isTheirs = browserOf(req).some((known) => kept?.browsers.includes(known));
      if (!isTheirs || !kept || (kept.status >= 400 && !waited)) return undefined;
      // A page may contain a secret: it belongs to the session, and not to the next person at the computer.
      const isPage = kept.status === 200 && kept.session !== undefined;
      return isPage && !(await findSession(req, kept.session)) ? undefined : kept;
    }
    if (!waited) await awaitSubmission(db, id);
    await wait(pollIntervalMs);
  }
}

function keepResponseOnEnd(db: Deps["db"], form: Form & { createdAt: string }, req: Request, res: Response): void {
  const before = browserOf(req);
  const end = res.end;
  const endAfterKeeping = (...[chunk, ...more]: unknown[]): Response => {
    res.end = end;
    const send = () => Reflect.apply(end, res, [chunk, ...more]);
    keep(chunk)
      .catch(() => undefined)
      .then(send);
    return res;
  };
  res.end = endAfterKeeping as typeof end;

  async function keep(chunk: unknown): Promise<void> {
    const { statusCode: status } = res;
    const session = req.session?.createdAt === undefined ? undefined : req.sessionID;
    const kept: Kept = {
      status,
      headers: Object.fromEntries(
        keptHeaders.flatMap((name) => {
          const value = res.getHeader(name);
          return value === undefined ? [] : [[name, value]];
        }),
      ),
      body: Buffer.from((chunk as Buffer | string | undefined) ?? "").toString("base64"),
      session,
      browsers: session === undefined ? before : [...before, session],
    };
    const response = encrypt(form.key, { plaintext: Buffer.from(JSON.stringify(kept)), additionalData: form.id });
    // Does not store what strangers can cause at will (a refusal, a page for visitors).
    const onlyIfAwaited = status >= 400 || (status === 200 && req.user === undefined);
    // A failed press changed nothing: a press that waits tries again.
    if (status < 500 && (await keepResponse(db, { id: form.id, response, onlyIfAwaited }))) return;
    await deleteSubmission(db, form);
  }
}

async function sendKeptResponse(req: Request, res: Response, kept: Kept): Promise<void> {
  if (kept.session !== undefined && kept.session !== req.sessionID) await resumeSession(req, kept.session);
  for (const [name, value] of Object.entries(kept.headers)) res.setHeader(name, value);
  res.status(kept.status).end(Buffer.from(kept.body, "base64"));
}

/** The browser continues in the session that the first press started, unless it has ended since. */
async function resumeSession(req: Request, id: string): Promise<void> {
  const session = await findSession(req, id);
  if (!session) return;
  req.sessionID = id;
  req.sessionStore.createSession(req, session);
}

async function findSession({ sessionStore }: Request, id: string | undefined): Promise<SessionData | undefined> {
  if (id === undefined) return undefined;
  return new Promise((resolve, reject) =>
    sessionStore.get(id, (error, session) => (error ? reject(error) : resolve(session ?? undefined))),
  );
}
