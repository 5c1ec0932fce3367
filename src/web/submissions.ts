import { hash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Request, RequestHandler, Response } from "express";
import type { Deps } from "../deps.ts";
import { keyFor, seal, unseal } from "../platform/aes-gcm.ts";
import { hashToken } from "../platform/secrets.ts";
import { stampIn } from "../platform/time.ts";
import { readCookie } from "./cookies.ts";
import {
  awaitSubmission,
  deleteOldSubmissions,
  deleteSubmission,
  findSubmission,
  keepResponse,
  reserveSubmission,
} from "./submission-queries.ts";

// The second press of a button gets the response to the first. A form's token is another one on each page that is shown,
// so the same token with the same fields at the same address is the same form.

/** How long a response is kept. */
const lifetimeMs = 60_000;
/** How long a first press may take: after that, its process was killed, and the second one counts as another. */
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
  /** The session that the browser then had. */
  session: string | undefined;
  /** What the browser may be known by: an identical form out of any other one is none of ours. */
  browsers: string[];
};

type Form = { id: string; key: Buffer };

/**
 * Only the form itself opens its response: the database has no more of it than a hash of the hash. It holds a token that
 * nobody can guess, so that the passwords in it cannot be guessed either.
 */
function formOf(req: Request, [secret = ""]: readonly string[]): Form | undefined {
  if (typeof req.body?._csrf !== "string" || req.body._csrf === "") return undefined;
  const file = req.file && hash("sha256", req.file.buffer);
  const fingerprint = hashToken(JSON.stringify([req.originalUrl, req.body, file]));
  return { id: hashToken(fingerprint), key: keyFor("roster form response", secret + fingerprint) };
}

/** The session that its cookie names, though it may be over, and the secret of its forms. */
function browserOf(req: Request): string[] {
  const [, session] = /^s:([\w-]+)\./.exec(readCookie(req) ?? "") ?? [];
  return [session, req.formSecret?.csrfSecret].filter((known) => known !== undefined);
}

/** Stands before the token is checked, which may be good no longer after the first press. */
export function replayResponse({ db, config }: Pick<Deps, "db" | "config">): RequestHandler {
  return async (req, res, next) => {
    const form = formOf(req, config.sessionSecrets);
    const kept = form && (await findResponse(db, form, req));
    return kept ? sendKeptResponse(req, res, kept) : next();
  };
}

/** Stands behind it: keeps the response, and has others that come meanwhile wait for it. */
export function deduplicateSubmissions({ db, config }: Pick<Deps, "db" | "config">): RequestHandler {
  return async (req, res, next) => {
    const form = formOf(req, config.sessionSecrets);
    if (!form) return next();
    // Where the disk is full nothing is kept, and the form gets whatever the page itself answers then.
    await deleteOldSubmissions(db, stampIn(-lifetimeMs)).catch(() => undefined);
    let createdAt = await reserveSubmission(db, form.id).catch(() => "");
    while (createdAt === undefined) {
      const kept = await findResponse(db, form, req);
      if (kept) return sendKeptResponse(req, res, kept);
      const seen = await findSubmission(db, form.id);
      if (seen) await deleteSubmission(db, { id: form.id, createdAt: seen.createdAt });
      createdAt = await reserveSubmission(db, form.id);
    }
    if (createdAt) keepResponseOnEnd(db, { ...form, createdAt }, req, res);
    next();
  };
}

/** Waits while the first press is under way. Its refusal is for those alone who came meanwhile: it may be another one now. */
async function findResponse(db: Deps["db"], { id, key }: Form, req: Request): Promise<Kept | undefined> {
  for (let waited = false; ; waited = true) {
    const found = await findSubmission(db, id);
    if (!found || found.createdAt <= stampIn(found.response === null ? -timeoutMs : -lifetimeMs)) return undefined;
    if (found.response !== null) {
      const kept: Kept | undefined =
        JSON.parse(unseal(key, { sealed: found.response, boundTo: id })?.toString() ?? "null") ?? undefined;
      const isTheirs = browserOf(req).some((known) => kept?.browsers.includes(known));
      return isTheirs && kept && (waited || kept.status < 400) ? kept : undefined;
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
    const response = seal(form.key, { plain: Buffer.from(JSON.stringify(kept)), boundTo: form.id });
    // What strangers may have at will (a refusal, a page for visitors) takes no room.
    const onlyIfAwaited = status >= 400 || (status === 200 && req.user === undefined);
    // What failed was not done: whoever waits tries it.
    if (status < 500 && (await keepResponse(db, { id: form.id, response, onlyIfAwaited }))) return;
    await deleteSubmission(db, form);
  }
}

async function sendKeptResponse(req: Request, res: Response, kept: Kept): Promise<void> {
  if (kept.session !== undefined && kept.session !== req.sessionID) await resumeSession(req, kept.session);
  for (const [name, value] of Object.entries(kept.headers)) res.setHeader(name, value);
  res.status(kept.status).end(Buffer.from(kept.body, "base64"));
}

/** The browser goes on in the session that the first press began, where it has not ended since. */
async function resumeSession(req: Request, id: string): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    req.sessionStore.get(id, (error, session) => {
      if (error) return reject(error);
      if (session) {
        req.sessionID = id;
        req.sessionStore.createSession(req, session);
      }
      resolve();
    }),
  );
}
