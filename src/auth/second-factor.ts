import type { Request, RequestHandler } from "express";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import type { CurrentUser } from "../roles/people.ts";
import { withCode } from "../second-factor/check.ts";
import { code } from "../second-factor/codes.ts";
import { whoAsks } from "../sessions/current-user.ts";
import { knownToken } from "../throttling/known-browser.ts";
import { HttpError } from "../web/errors.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { setNotice } from "../web/notice.ts";
import { safePath } from "../web/safe-path.ts";
import { countingRefusals } from "./count-log-ins.ts";
import { findHalfway } from "./halfway.ts";
import { completeLogIn } from "./log-in.ts";

/** Asked for after the password: the second half of logging in. */
export function secondFactor(deps: Deps): FormHandlers {
  const { db, metrics } = deps;
  const form = formPage({
    view: "auth/second-factor",
    title: "Enter your code",
    schema: z.object({ code }),
    secret: ["code"],
    open: (req) => requireHalfway(deps, req),
    values: () => ({}),
    save: ({ code }, user, req) =>
      countingRefusals(deps, "wrong_code", async () => {
        const proof = req.session.halfway?.password ?? "";
        const place = { token: knownToken(req), address: req.ip };
        await withCode(deps, { actor: whoAsks(req), user, code, place }, async () => undefined);
        await completeLogIn(db, req, { user, proof, withCode: true });
        metrics.countLogIn("succeeded");
        return { to: safePath(req.query.next) };
      }),
  });
  const led =
    (handler: RequestHandler): RequestHandler =>
    async (req, res, next) => {
      if (await findHalfway(db, req)) await handler(req, res, next);
      else {
        if (req.session.halfway) setNotice(req, res, "That took too long, or your password was changed. Log in again.");
        res.redirect(303, `/login?next=${encodeURIComponent(safePath(req.query.next))}`);
      }
    };
  // Another tab of this browser logged in, or is asked for a code as well: its page has a form that is good.
  const stale: RequestHandler = (req, res) => res.redirect(303, req.user ? safePath(req.query.next) : req.originalUrl);
  return { get: led(form.get), post: led(form.post), stale };
}

/** @throws HttpError 409 where the log-in was finished or ended in between */
async function requireHalfway({ db }: Deps, req: Request): Promise<CurrentUser> {
  const user = await findHalfway(db, req);
  if (!user) throw new HttpError(409, "This log-in was finished elsewhere. Log in again.");
  return user;
}
