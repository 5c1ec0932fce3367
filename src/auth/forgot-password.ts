import { z } from "zod";
import type { Actor } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { resendInvitation } from "../invitations/changes.ts";
import { confirmedEmailOf } from "../mail/messages.ts";
import { resetMinutes } from "../passwords/link-queries.ts";
import { mailResetLink } from "../passwords/reset-link.ts";
import { runAfterResponse } from "../platform/run-after-response.ts";
import { requestActor } from "../sessions/current-user.ts";
import { isResetMailAllowed } from "../throttling/throttle.ts";
import { knownEmail } from "../users/fields.ts";
import { findUserByAnyEmail } from "../users/queries.ts";
import { isInvited } from "../users/rules.ts";
import { HttpError } from "../web/errors.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { render } from "../web/render.ts";
import { words } from "../words/words.ts";

const schema = z.object({
  email: knownEmail.pipe(z.string().min(1, { error: () => words().fields.email.enterYours })),
});

export function forgotPassword(deps: Deps): FormHandlers {
  return formPage({
    view: "auth/forgot-password",
    title: () => words().forgotPassword.title,
    schema,
    open: () => ({}),
    values: () => ({ email: "" }),
    save: async ({ email }, _context, req, res) => {
      const actor = requestActor(req);
      // The time must not reveal whether the account exists.
      const isTaken = runAfterResponse(() =>
        answerRequest(deps, { email, address: req.ip, actor }).catch((error) =>
          deps.logger.error({ err: error }, "a reset link could not be made"),
        ),
      );
      // For every address.
      if (!isTaken) throw new HttpError(503, "", { "Retry-After": "10" });
      render(req, res, "auth/reset-link-sent", { title: words().forgotPassword.sentTitle, minutes: resetMinutes });
      return "answered";
    },
  });
}

/**
 * Only to the last confirmed address, whatever was typed (CVE-2023-7028, CVE-2019-19844), and only to an active user.
 * Someone who was invited gets the invitation again.
 */
async function answerRequest(
  { db, mailer, config }: Deps,
  { email, address, actor }: { email: string; address: string | undefined; actor: Actor },
): Promise<void> {
  const user = await findUserByAnyEmail(db, email);
  if (!(await isResetMailAllowed(db, user ? confirmedEmailOf(user) : email, address))) return;
  if (user?.status !== "active") return;
  if (isInvited(user)) return resendInvitation({ db, mailer, config }, { user, actor });
  await mailResetLink({ db, mailer, baseUrl: config.baseUrl }, { user, actor });
}
