import type { Request, RequestHandler } from "express";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import type { CurrentUser } from "../roles/people.ts";
import { withCode } from "../second-factor/check.ts";
import { code } from "../second-factor/codes.ts";
import { requestActor } from "../sessions/current-user.ts";
import { browserToken } from "../throttling/known-browser.ts";
import { HttpError } from "../web/errors.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { setNotice } from "../web/notice.ts";
import { safePath } from "../web/safe-path.ts";
import { words } from "../words/words.ts";
import { countingRefusals } from "./count-refusals.ts";
import { completeLogIn } from "./log-in.ts";
import { findPendingLogIn } from "./pending-log-in.ts";

/** Comes after the password: the second step of a log-in. */
export function secondFactor(deps: Deps): FormHandlers {
  const { db, metrics } = deps;
  const form = formPage({
    view: "auth/second-factor",
    title: () => words().logInCode.title,
    schema: z.object({ code }),
    secret: ["code"],
    open: (req) => requirePendingLogIn(deps, req),
    save: ({ code }, user, req) =>
      countingRefusals(deps, "wrong_code", async () => {
        const passwordDigest = req.session.pendingLogIn?.password ?? "";
        const source = { token: browserToken(req), address: req.ip };
        await withCode(deps, { actor: requestActor(req), user, code, source }, async () => undefined);
        await completeLogIn(db, req, { user, passwordDigest, withCode: true });
        metrics.countLogIn("succeeded");
        return { to: safePath(req.query.next) };
      }),
  });
  const redirectUnlessPending =
    (handler: RequestHandler): RequestHandler =>
    async (req, res, next) => {
      if (await findPendingLogIn(db, req)) await handler(req, res, next);
      else {
        if (req.session.pendingLogIn) setNotice(req, res, words().logInCode.late);
        res.redirect(303, `/login?next=${encodeURIComponent(safePath(req.query.next))}`);
      }
    };
  // Another tab of this browser has logged in, or waits for a code too: its page has a valid form.
  const stale: RequestHandler = (req, res) => res.redirect(303, req.user ? safePath(req.query.next) : req.originalUrl);
  return { get: redirectUnlessPending(form.get), post: redirectUnlessPending(form.post), stale };
}

/** @throws HttpError 409 if the log-in was finished or ended meanwhile */
async function requirePendingLogIn({ db }: Deps, req: Request): Promise<CurrentUser> {
  const user = await findPendingLogIn(db, req);
  if (!user) throw new HttpError(409, words().logInCode.finished);
  return user;
}
