import { z } from "zod";
import type { Deps } from "../deps.ts";
import { acceptInvitation } from "../invitations/changes.ts";
import { passwordFields, secretFields, validatePasswordOf } from "../passwords/form.ts";
import { requestActor } from "../sessions/current-user.ts";
import { rememberBrowser } from "../throttling/known-browser.ts";
import { InvalidLink } from "../web/errors.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { setLogInEmail } from "../web/notice.ts";
import { words } from "../words/words.ts";
import { findLinkUser } from "./queries.ts";

const invalidLink = (): InvalidLink => new InvalidLink(words().invitations.invalidLink);

/**
 * Only saving an accepted password uses the link up: mail scanners open links and send forms. The user comes only from
 * the link.
 */
export function invitation(deps: Deps): FormHandlers {
  const { db, config, hashing } = deps;
  return formPage({
    view: "auth/new-password",
    title: () => words().invitations.accept.title,
    schema: z.object(passwordFields),
    secret: secretFields,
    open: async (req) => {
      const token = String(req.params.token);
      const user = await findLinkUser(db, token, "invitation");
      if (!user) throw invalidLink();
      return { token, user };
    },
    page: ({ user }) => ({
      organization: user.organization.name,
      email: user.email,
      passwordHint: words().passwords.hint(config.passwordMinLength),
    }),
    validate: (values, { user }) => validatePasswordOf(values, { user, by: user, config }),
    save: async ({ password }, { token, user }, req, res) => {
      const passwordHash = await hashing.hash(password);
      const isAccepted = await acceptInvitation(db, {
        ...{ actor: requestActor(req), user, token, passwordHash },
        // They have the link: however often others guess meanwhile, they get in.
        remember: (trx) => rememberBrowser(trx, req, user.id),
      });
      if (!isAccepted) throw invalidLink();
      setLogInEmail(req, res, user.email);
      return { to: "/login", notice: words().invitations.accept.done };
    },
  });
}
