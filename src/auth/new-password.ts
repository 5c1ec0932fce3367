import { z } from "zod";
import { auditedChange } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { passwordChangedMail } from "../mail/messages.ts";
import { type FormHandlers, FormRefused, formPage } from "../web/form.ts";
import { confirmation } from "./confirmation.ts";
import { actorOf, currentUser } from "./current-user.ts";
import { safePath } from "./guards.ts";
import { judgePassword, passwordFields, secretFields } from "./new-password-form.ts";
import { passwordHint } from "./password-rule.ts";
import { findUserByEmail, replacePassword } from "./queries.ts";
import { startSession } from "./start-session.ts";

/** All that a user gets who was asked for a new password, until it is saved. */
export function newPassword(deps: Deps): FormHandlers {
  const { db, config, hashing, mailer } = deps;
  return formPage({
    view: "auth/new-password",
    title: "Choose a new password",
    schema: z.object(passwordFields),
    secret: secretFields,
    open: (req) => currentUser(req),
    values: () => ({}),
    page: (user) => ({ asked: true, email: user.email, passwordHint: passwordHint(config.passwordMinLength) }),
    judge: (values, user) =>
      judgePassword(values, { ...user, organization: user.organization.name }, config.passwordMinLength),
    gate: confirmation(deps),
    save: async ({ password }, user, req) => {
      const present = await findUserByEmail(db, user.email);
      if (await hashing.verify(password, present?.passwordHash)) {
        throw new FormRefused({ password: "This is the password you have now. Choose another one." });
      }
      const hash = await hashing.hash(password);
      await auditedChange(
        db,
        { actor: actorOf(req), organizationId: user.organizationId, subjectId: user.id, action: "password.chosen" },
        async (trx) => {
          await replacePassword(trx, user, { hash, mustChange: false });
          return {};
        },
      );
      await startSession(req, user.id);
      mailer.send(passwordChangedMail(user, { baseUrl: config.baseUrl, byAdmin: false }));
      return { to: safePath(req.query.next), notice: "Your new password is saved." };
    },
  });
}
