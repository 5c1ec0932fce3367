import { z } from "zod";
import { auditedChange } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { passwordChangedMail } from "../mail/messages.ts";
import { HttpError } from "../web/errors.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { actorOf } from "./current-user.ts";
import { rememberBrowser } from "./known-browser.ts";
import { judgePassword, passwordFields, secretFields } from "./new-password-form.ts";
import { passwordHint } from "./password-rule.ts";
import { findResetUser, replacePassword, useOneTimeLink } from "./queries.ts";

const dead =
  'This link does not work any more: it was used, or is older than 30 minutes. Ask for another with "Forgot password?" on the log-in page.';

/** Opening the link uses nothing up; saving does. The user comes from the link alone (CVE-2023-26481). */
export function resetPassword({ db, config, hashing, mailer }: Deps): FormHandlers {
  return formPage({
    view: "auth/new-password",
    title: "Choose a new password",
    schema: z.object(passwordFields),
    secret: secretFields,
    open: async (req) => {
      const token = String(req.params.token);
      const user = await findResetUser(db, token);
      if (!user) throw new HttpError(404, dead);
      return { token, user };
    },
    values: () => ({}),
    page: ({ user }) => ({ email: user.email, passwordHint: passwordHint(config.passwordMinLength) }),
    judge: (values, { user }) =>
      judgePassword(values, { ...user, organization: user.organization.name }, config.passwordMinLength),
    save: async ({ password }, { token, user }, req) => {
      const hash = await hashing.hash(password);
      await auditedChange(
        db,
        { actor: actorOf(req), organizationId: user.organizationId, subjectId: user.id, action: "password.reset" },
        async (trx) => {
          if (!(await useOneTimeLink(trx, token))) throw new HttpError(404, dead);
          await replacePassword(trx, user, { hash, mustChange: false });
          // Whoever reads the user's mail gets in, however much others guess meanwhile.
          await rememberBrowser(trx, req, user.id);
          return {};
        },
      );
      mailer.send(passwordChangedMail(user, { baseUrl: config.baseUrl, byAdmin: false }));
      return { to: "/login", notice: "Your new password is saved. Log in with it." };
    },
  });
}
