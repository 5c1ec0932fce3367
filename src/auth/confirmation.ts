import type { Request, Response } from "express";
import { auditedChange, userEntry } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { seal, unseal } from "../platform/sealing.ts";
import { stampIn } from "../platform/time.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { regenerateSession } from "../sessions/start.ts";
import { FormNotAccepted, httpErrorOf } from "../web/errors.ts";
import type { Reauthentication } from "../web/form.ts";
import { render } from "../web/render.ts";
import { words } from "../words/words.ts";
import { checkPassword } from "./check-password.ts";

/** How long one's own password, typed at the log-in or here, proves that it is oneself. */
const reauthenticationLifetime = 30 * 60_000;

/** Why the page asks again. */
type Fault = { status: number; error: string; headers?: Record<string, string> };

/**
 * Asks for one's own password before a save that matters, where the last proof is too old (OWASP ASVS 5.0, 7.5.1 and
 * 7.5.3). Everything typed comes back with it: what may be seen as hidden fields, new passwords sealed.
 */
export function createReauthentication(deps: Pick<Deps, "db" | "hashing" | "config">): Reauthentication {
  const secrets = deps.config.sessionSecrets;

  function ask(req: Request, res: Response, secret: readonly string[], fault?: Fault): void {
    const fields = Object.entries(sentFields(req));
    const typed = Object.fromEntries(fields.filter(([name]) => secret.includes(name)));
    render(req, res.status(fault?.status ?? 403).set(fault?.headers ?? {}), "auth/confirmation", {
      title: words().confirmation.title,
      failed: fault !== undefined,
      email: currentUser(req).email,
      fields: fields.filter(([name]) => !secret.includes(name)),
      sealed: secret.length > 0 ? seal(secrets, { text: JSON.stringify(typed), place: placeOf(req) }) : undefined,
      back: req.originalUrl,
      values: {},
      errors: fault ? { ownPassword: fault.error } : {},
    });
  }

  return {
    restore: (req) => {
      const sealed = req.body?.[sealedField];
      const text = typeof sealed === "string" ? unseal(secrets, { sealed, place: placeOf(req) }) : undefined;
      if (text !== undefined) Object.assign(req.body, JSON.parse(text));
    },

    isSatisfied: async (req, res, { secret }) => {
      const { provenAt } = req.session;
      if (provenAt !== undefined && provenAt > stampIn(-reauthenticationLifetime)) return true;
      const password = req.body[passwordField];
      const fault = password === undefined ? undefined : await faultOf(deps, req, password);
      if (password !== undefined && !fault) return true;
      ask(req, res, secret, fault);
      return false;
    },
  };
}

const sealedField = "_sealed";
const passwordField = "ownPassword";
/** The fields of our own page, and of the frame around every form. */
const isOurs = (name: string): boolean => name.startsWith("_") || name === passwordField || name === "username";

/** What was sent sealed is good for the same form in the same session alone. */
const placeOf = (req: Request): string => `${req.sessionID} ${req.originalUrl}`;

function sentFields(req: Request): Record<string, string> {
  const sent: [string, unknown][] = Object.entries(req.body ?? {});
  return Object.fromEntries(
    sent.filter((field): field is [string, string] => typeof field[1] === "string" && !isOurs(field[0])),
  );
}

/** Undefined where the password is right: the session then goes on under a new id, and history says so. */
async function faultOf(deps: Pick<Deps, "db" | "hashing">, req: Request, typed: unknown): Promise<Fault | undefined> {
  const me = currentUser(req);
  const password = typeof typed === "string" ? typed : "";
  try {
    if (!(await checkPassword(deps, { email: me.email, password, req, confirms: me.id })))
      return { status: 422, error: words().confirmation.wrong };
  } catch (error) {
    // Too many tries, or too many who wait: what was typed is kept for later.
    const known = httpErrorOf(error);
    if (!known) throw error;
    const { status, message, headers } = known;
    return { status, error: message || words().confirmation.busy, headers };
  }
  const by = { actor: authorizedActor(req), user: me };
  if (!(await regenerateSession(deps.db, req))) {
    delete req.user;
    throw new FormNotAccepted(words().confirmation.ended);
  }
  await auditedChange(deps.db, userEntry("user.confirmed", by), async () => ({}));
  return undefined;
}
