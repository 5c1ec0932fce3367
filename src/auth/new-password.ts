import { z } from "zod";
import { auditedChange, userEntry } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { passwordChangedMail } from "../mail/messages.ts";
import { passwordFields, secretFields, validatePasswordOf } from "../passwords/form.ts";
import { ValidationError } from "../roles/errors.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { startSession } from "../sessions/start.ts";
import { rememberBrowser } from "../throttling/known-browser.ts";
import { replacePassword } from "../users/replace-password.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { safePath } from "../web/safe-path.ts";
import { words } from "../words/words.ts";
import { findUserByEmail } from "./queries.ts";

/** The only page for users who must choose a new password, until they save it. */
export function newPassword(deps: Deps): FormHandlers {
  const { db, config, hashing, mailer } = deps;
  return formPage({
    view: "auth/new-password",
    title: () => words().newPassword.title,
    schema: z.object(passwordFields),
    secret: secretFields,
    open: (req) => currentUser(req),
    page: (user) => ({
      asked: true,
      email: user.email,
      passwordHint: words().passwords.hint(config.passwordMinLength),
    }),
    validate: (values, user) => validatePasswordOf(values, { user, by: user, config }),
    reauthentication: deps.reauthentication,
    save: async ({ password }, user, req) => {
      const present = await findUserByEmail(db, user.email);
      if (await hashing.verify(password, present?.passwordHash, { isKnown: true })) {
        throw new ValidationError({ password: words().newPassword.same });
      }
      const hash = await hashing.hash(password);
      const by = { actor: authorizedActor(req), user };
      // A newer password, such as from an Admin, has ended this session: what was checked before the hashing must still
      // be true, or nothing is saved.
      await auditedChange(db, userEntry("password.chosen", by), async (trx) => {
        await replacePassword(trx, by, { hash, mustChange: false });
        await rememberBrowser(trx, req, user.id);
        await mailer.enqueue(trx, passwordChangedMail(user, { baseUrl: config.baseUrl, byAdmin: false }));
        return {};
      });
      await startSession(db, req, { userId: user.id });
      return { to: safePath(req.query.next), notice: words().newPassword.saved };
    },
  });
}
