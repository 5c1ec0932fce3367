import { z } from "zod";
import { auditedChange, userEntry } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { passwordChangedMail } from "../mail/messages.ts";
import { passwordFields, secretFields, validatePasswordOf } from "../passwords/form.ts";
import { useOneTimeLink } from "../passwords/link-queries.ts";
import { ValidationError } from "../roles/errors.ts";
import { withCode } from "../second-factor/check.ts";
import { findSecondFactor } from "../second-factor/queries.ts";
import { requestActor } from "../sessions/current-user.ts";
import { rememberBrowser } from "../throttling/known-browser.ts";
import { replacePassword } from "../users/replace-password.ts";
import { InvalidLink } from "../web/errors.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { findLinkUser } from "./queries.ts";

const invalidLink = (): InvalidLink => new InvalidLink(words().newPassword.invalidLink);
const noCode = () => ({ code: words().logInCode.enter });

/**
 * Opening the link uses nothing up; saving does. The user comes only from the link (CVE-2023-26481). An emailed link is
 * one factor: users with a second factor also enter a code.
 */
export function resetPassword(deps: Deps): FormHandlers {
  const { db, config, hashing, mailer } = deps;
  return formPage({
    view: "auth/new-password",
    title: () => words().newPassword.title,
    schema: z.object({ ...passwordFields, code: z.string().default("") }),
    secret: [...secretFields, "code"],
    open: async (req) => {
      const token = String(req.params.token);
      const user = await findLinkUser(db, token, "reset");
      if (!user) throw invalidLink();
      return { token, user };
    },
    page: ({ user }) => ({
      email: user.email,
      passwordHint: words().passwords.hint(config.passwordMinLength),
      needsCode: user.factor.isSetUp,
    }),
    validate: async (values, { user }) => ({
      ...(await validatePasswordOf(values, { user, by: user, config })),
      ...(user.factor.isSetUp && !values.code && noCode()),
    }),
    save: async ({ password, code }, { token, user }, req) => {
      const actor = requestActor(req);
      const hash = await hashing.hash(password);
      const change = async (on: Database): Promise<void> => {
        await auditedChange(on, userEntry("password.reset", { actor, user }), async (trx) => {
          const link = await useOneTimeLink(trx, token);
          if (!link) throw invalidLink();
          if (!user.factor.isSetUp && (await findSecondFactor(trx, user.id))) throw new ValidationError(noCode());
          await replacePassword(trx, { actor, user }, { hash, mustChange: false, provesEmail: link.isMailed });
          // People who can read the user's email get in, however often others guess meanwhile.
          await rememberBrowser(trx, req, user.id);
          await mailer.enqueue(trx, passwordChangedMail(user, { baseUrl: config.baseUrl, byAdmin: false }));
          return {};
        });
      };
      await (user.factor.isSetUp ? withCode(deps, { actor, user, code, source: "link" }, change) : change(db));
      return { to: "/login", notice: words().newPassword.savedLogIn };
    },
  });
}
