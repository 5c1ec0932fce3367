import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { auditedChange, userEntry } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { hashToken } from "../platform/secrets.ts";
import { ValidationError } from "../roles/errors.ts";
import type { User } from "../roles/people.ts";
import { findSecondFactor } from "../second-factor/queries.ts";
import { requestActor } from "../sessions/current-user.ts";
import { endSession, startSession } from "../sessions/start.ts";
import { rememberBrowser } from "../throttling/known-browser.ts";
import { knownEmail } from "../users/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { setNotice, takeLogInEmail } from "../web/notice.ts";
import { applicationParameter, safePath } from "../web/safe-path.ts";
import { words } from "../words/words.ts";
import { checkPassword } from "./check-password.ts";
import { countingRefusals } from "./count-refusals.ts";
import { startPendingLogIn } from "./pending-log-in.ts";
import { anyAdminExists, findPasswordHash, updateLastLogin } from "./queries.ts";

const schema = z.object({ email: knownEmail, password: z.string({ error: () => words().logIn.enterPassword }) });

/** The same response in the same time for a wrong password, an unknown address and an inactive user. */
const refused = (): ValidationError => new ValidationError({ form: words().logIn.refused });

export function logIn(deps: Deps): FormHandlers {
  const { db, metrics } = deps;
  let isSetUp = false;
  const form = formPage({
    view: "auth/log-in",
    title: () => words().logIn.title,
    schema,
    secret: ["password"],
    open: async (req, res) => {
      // Once there is an Admin, there always is one.
      isSetUp ||= await anyAdminExists(db);
      // Of someone who has just accepted an invitation, or whom an application names.
      return { isSetUp, email: takeLogInEmail(req, res) ?? applicationParameter(req, "login_hint") };
    },
    values: ({ email }) => ({ email }),
    page: ({ isSetUp }) => ({ isSetUp }),
    save: ({ email, password }, _context, req) =>
      countingRefusals(deps, "refused", async () => {
        const user = await checkPassword(deps, { email, password, req });
        if (!user) throw refused();
        const next = safePath(req.query.next);
        if (await findSecondFactor(db, user.id)) {
          await startPendingLogIn(db, req, user);
          metrics.countLogIn("code_asked");
          return { to: `/second-factor?next=${encodeURIComponent(next)}` };
        }
        await completeLogIn(db, req, { user, passwordDigest: hashToken(user.passwordHash), withCode: false });
        metrics.countLogIn("succeeded");
        return { to: next };
      }),
  });
  return { ...form, stale: inOtherTab };
}

/**
 * Another tab of this browser logged in after the form was opened. Redirects to where this tab was going: it checks no
 * password and logs nobody in or out, so another site gains nothing by sending this.
 */
const inOtherTab: RequestHandler = (req, res, next) => {
  const { user, session, body } = req;
  const to = safePath(req.query.next);
  if (!user && !session.pendingLogIn) return next();
  if (!user) return res.redirect(303, `/second-factor?next=${encodeURIComponent(to)}`);
  if (knownEmail.safeParse(body?.email).data !== user.email) setNotice(req, res, words().logIn.alreadyIn(user.email));
  res.redirect(303, to);
};

/**
 * After everything was right: gives the user a session and records the log-in. It creates the session first and then
 * reads the user, so that a password changed meanwhile either ends the session or is seen here (CVE-2026-22706).
 * @param passwordDigest the SHA-256 of the password hash that matched
 * @param withCode whether a second factor code was asked for and right
 * @throws ValidationError if the password has changed, the user is no longer active, or a code is required now
 */
export async function completeLogIn(
  db: Database,
  req: Request,
  { user, passwordDigest, withCode }: { user: User; passwordDigest: string; withCode: boolean },
): Promise<void> {
  await startSession(db, req, { userId: user.id });
  const entry = userEntry("user.logged-in", { actor: { ...requestActor(req), kind: "user", id: user.id }, user });
  const isIn = await auditedChange(db, entry, async (trx) => {
    const hash = await findPasswordHash(trx, user.id);
    if (hash === undefined || hashToken(hash) !== passwordDigest) return undefined;
    if (!withCode && (await findSecondFactor(trx, user.id))) return undefined;
    await updateLastLogin(trx, user.id);
    await rememberBrowser(trx, req, user.id);
    return {};
  }).catch(async (error) => {
    // No log-in without its history row. If it cannot be written, the browser never gets the session's ID.
    await endSession(req).catch(() => undefined);
    throw error;
  });
  if (isIn) return;
  await endSession(req);
  throw refused();
}
