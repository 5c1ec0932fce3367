import { z } from "zod";
import type { Deps } from "../deps.ts";
import { passwordFields, secretFields, validatePasswordOf } from "../passwords/form.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { rememberBrowser } from "../throttling/known-browser.ts";
import { checkbox, version } from "../web/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { setPassword } from "./access-changes.ts";
import { aboutUser, openUser, profilePathWithReturn } from "./user-page.ts";

export function editPassword(deps: Deps): FormHandlers {
  return formPage({
    view: "users/password",
    title: () => words().setPassword.title,
    schema: z.object({ ...passwordFields, mustChange: checkbox, version }),
    secret: secretFields,
    open: async (req) => ({ user: await openUser(deps.db, req), me: currentUser(req) }),
    values: ({ user }) => ({ mustChange: "on", version: String(user.version) }),
    page: ({ user }, req) => ({
      ...aboutUser(user, req),
      passwordHint: words().passwords.hint(deps.config.passwordMinLength),
    }),
    validate: (values, { user, me }) => validatePasswordOf(values, { user, by: me, config: deps.config }),
    reauthentication: deps.reauthentication,
    save: async ({ password, mustChange, version: since }, { user }, req) => {
      const isOwn = user.id === currentUser(req).id;
      await setPassword(deps, {
        actor: authorizedActor(req),
        user,
        since,
        password,
        mustChange,
        exceptSession: isOwn ? req.sessionID : undefined,
      });
      if (isOwn) {
        req.session.newPasswordLater = mustChange;
        await deps.db.transaction((trx) => rememberBrowser(trx, req, user.id));
      }
      return {
        to: profilePathWithReturn(user, req),
        notice: words().setPassword.saved,
      };
    },
  });
}
