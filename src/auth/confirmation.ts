import type { Request, Response } from "express";
import { auditedChange, userEntry } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { decrypt, encrypt } from "../platform/encryption.ts";
import { timestampIn } from "../platform/time.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { regenerateSession } from "../sessions/start.ts";
import { FormNotAccepted, httpErrorOf } from "../web/errors.ts";
import type { Reauthentication } from "../web/form.ts";
import { render } from "../web/render.ts";
import { words } from "../words/words.ts";
import { checkPassword } from "./check-password.ts";

/** How long a password entered at the log-in or here proves who you are. */
const reauthenticationLifetime = 30 * 60_000;

/** Why the page asks again. */
type Fault = { status: number; error: string; headers?: Record<string, string> };

/**
 * Asks for your own password before a sensitive save if the last time is too long ago (OWASP ASVS 5.0, 7.5.1 and
 * 7.5.3). Keeps all input: as hidden fields, with new passwords sealed.
 */
export function createReauthentication(deps: Pick<Deps, "db" | "hashing" | "logger" | "config">): Reauthentication {
  const secrets = deps.config.sessionSecrets;

  function ask(req: Request, res: Response, secret: readonly string[], fault?: Fault): void {
    const fields = Object.entries(sentFields(req));
    const typed = Object.fromEntries(fields.filter(([name]) => secret.includes(name)));
    render(req, res.status(fault?.status ?? 403).set(fault?.headers ?? {}), "auth/confirmation", {
      title: words().confirmation.title,
      failed: fault !== undefined,
      email: currentUser(req).email,
      fields: fields.filter(([name]) => !secret.includes(name)),
      encrypted:
        secret.length > 0 ? encrypt(secrets, { text: JSON.stringify(typed), context: placeOf(req) }) : undefined,
      back: req.originalUrl,
      values: {},
      errors: fault ? { ownPassword: fault.error } : {},
    });
  }

  return {
    restore: (req) => {
      const encrypted = req.body?.[encryptedField];
      const text = typeof encrypted === "string" ? decrypt(secrets, { encrypted, context: placeOf(req) }) : undefined;
      if (text !== undefined) Object.assign(req.body, JSON.parse(text));
    },

    confirm: (req, password) => isOwnPassword(deps, req, password),

    isSatisfied: async (req, res, { secret }) => {
      const { passwordConfirmedAt } = req.session;
      if (passwordConfirmedAt !== undefined && passwordConfirmedAt > timestampIn(-reauthenticationLifetime))
        return true;
      const password = req.body[passwordField];
      const fault = password === undefined ? undefined : await faultOf(deps, req, password);
      if (password !== undefined && !fault) return true;
      ask(req, res, secret, fault);
      return false;
    },
  };
}

const encryptedField = "_encrypted";
const passwordField = "ownPassword";
/** The fields of this page, and of the frame around every form. */
const isOurs = (name: string): boolean => name.startsWith("_") || name === passwordField || name === "username";

/** Sealed input is valid only for the same form in the same session. */
const placeOf = (req: Request): string => `${req.sessionID} ${req.originalUrl}`;

function sentFields(req: Request): Record<string, string> {
  const sent: [string, unknown][] = Object.entries(req.body ?? {});
  return Object.fromEntries(
    sent.filter((field): field is [string, string] => typeof field[1] === "string" && !isOurs(field[0])),
  );
}

type CheckDeps = Pick<Deps, "db" | "hashing" | "logger">;

/** Undefined if the password is right. */
async function faultOf(deps: CheckDeps, req: Request, typed: unknown): Promise<Fault | undefined> {
  const password = typeof typed === "string" ? typed : "";
  try {
    return (await isOwnPassword(deps, req, password)) ? undefined : { status: 422, error: words().confirmation.wrong };
  } catch (error) {
    if (error instanceof FormNotAccepted) throw error;
    // Too many tries, or a full queue: keeps the input for later.
    const known = httpErrorOf(error);
    if (!known) throw error;
    const { status, message, headers } = known;
    return { status, error: message || words().confirmation.busy, headers };
  }
}

/**
 * If it is right, the session continues under a new ID, and history says so.
 * @throws TooManyAttempts, Busy, or FormNotAccepted if the session has ended
 */
async function isOwnPassword(deps: CheckDeps, req: Request, password: string): Promise<boolean> {
  const me = currentUser(req);
  if (!(await checkPassword(deps, { email: me.email, password, req, confirms: me.id }))) return false;
  const by = { actor: authorizedActor(req), user: me };
  if (!(await regenerateSession(deps.db, req))) {
    delete req.user;
    throw new FormNotAccepted(words().confirmation.ended);
  }
  await auditedChange(deps.db, userEntry("user.confirmed", by), async () => ({}));
  return true;
}
