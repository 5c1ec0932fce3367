import { z } from "zod";
import type { Deps } from "../deps.ts";
import { judgePassword, passwordFields, secretFields } from "../passwords/form.ts";
import { passwordHint } from "../passwords/rule.ts";
import { actorOf, currentUser } from "../sessions/current-user.ts";
import { rememberBrowser } from "../throttling/known-browser.ts";
import { checkbox, version } from "../web/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { setPassword } from "./access-changes.ts";
import { aboutUser, openUser, profileOf } from "./open-user.ts";

export function editPassword(deps: Deps): FormHandlers {
  const { passwordMinLength } = deps.config;
  return formPage({
    view: "users/password",
    title: "Set a new password",
    schema: z.object({ ...passwordFields, mustChange: checkbox, version }),
    secret: secretFields,
    open: async (req) => ({ user: await openUser(deps.db, req), me: currentUser(req) }),
    values: ({ user }) => ({ mustChange: "on", version: String(user.version) }),
    page: ({ user }, req) => ({ ...aboutUser(user, req), passwordHint: passwordHint(passwordMinLength) }),
    judge: (values, { user, me }) =>
      judgePassword(
        values,
        { ...user, organization: me.organization.name },
        { minLength: passwordMinLength, asker: `user ${me.id}` },
      ),
    gate: deps.gate,
    save: async ({ password, mustChange, version: since }, { user }, req) => {
      const isOwn = user.id === currentUser(req).id;
      await setPassword(deps, {
        actor: actorOf(req),
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
      return { to: profileOf(user, req), notice: "Password saved. All other sessions of this user were ended." };
    },
  });
}
