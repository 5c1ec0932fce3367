import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { auditedChange, userEntry } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { hashToken } from "../platform/secrets.ts";
import type { User } from "../roles/people.ts";
import { Refusal } from "../roles/refusal.ts";
import { findSecondFactor } from "../second-factor/queries.ts";
import { endSession, startSession } from "../sessions/start.ts";
import { rememberBrowser } from "../throttling/known-browser.ts";
import { knownEmail } from "../users/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { setNotice } from "../web/notice.ts";
import { safePath } from "../web/safe-path.ts";
import { words } from "../words/words.ts";
import { checkPassword } from "./check-password.ts";
import { countingRefusals } from "./count-log-ins.ts";
import { startPendingLogIn } from "./pending-log-in.ts";
import { findPasswordHash, updateLastLogin } from "./queries.ts";

const schema = z.object({ email: knownEmail, password: z.string({ error: () => words().logIn.enterPassword }) });

/** One answer, in the same time, for a wrong password, an unknown address and an inactive user. */
const refused = (): Refusal => new Refusal({ form: words().logIn.refused });

export function logIn(deps: Deps): FormHandlers {
  const { db, metrics } = deps;
  const form = formPage({
    view: "auth/log-in",
    title: () => words().logIn.title,
    schema,
    secret: ["password"],
    open: () => ({}),
    values: () => ({ email: "" }),
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
 * Another tab of this browser logged in after the form was opened. It leads on to where this tab was going, and nothing
 * else: the password is not looked at, and nobody is logged in or out, so that no other site gains by sending this.
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
 * When everything asked for was right: a session of the user's, and the log-in on record. The session is there first,
 * and the user is looked at after: a password changed meanwhile either ends the session or is seen here (CVE-2026-22706).
 * @param passwordDigest the SHA-256 of the password hash that the password was right for
 * @param withCode whether a second factor's code was asked for and right
 * @throws Refusal where the password is another one by now, the user is no longer active, or a code is needed by now
 */
export async function completeLogIn(
  db: Database,
  req: Request,
  { user, passwordDigest, withCode }: { user: User; passwordDigest: string; withCode: boolean },
): Promise<void> {
  await startSession(db, req, { userId: user.id });
  const entry = userEntry("user.logged-in", { actor: userAt(req, user.id), user });
  const isIn = await auditedChange(db, entry, async (trx) => {
    const hash = await findPasswordHash(trx, user.id);
    if (hash === undefined || hashToken(hash) !== passwordDigest) return undefined;
    if (!withCode && (await findSecondFactor(trx, user.id))) return undefined;
    await updateLastLogin(trx, user.id);
    await rememberBrowser(trx, req, user.id);
    return {};
  }).catch(async (error) => {
    // No log-in without its row of history. Where not even that can be written, the browser never learns the session's id.
    await endSession(req).catch(() => undefined);
    throw error;
  });
  if (isIn) return;
  await endSession(req);
  throw refused();
}

const userAt = (req: Request, id: number) => ({
  kind: "user" as const,
  id,
  address: req.ip,
  browser: req.get("User-Agent"),
});
