import type { Deps } from "../deps.ts";
import { ValidationError } from "../roles/errors.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { aboutUser, openUser, profilePathWithReturn } from "../users/user-page.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { removeSecondFactor } from "./changes.ts";
import { findSecondFactor } from "./queries.ts";

/** The confirmation page for a user who lost their phone and recovery codes. */
export function removeFactor(deps: Deps): FormHandlers {
  return formPage({
    view: "second-factor/remove",
    title: () => words().secondFactor.remove.title,
    open: (req) => openUser(deps.db, req),
    page: async (user, req) => ({
      ...aboutUser(user, req),
      has: (await findSecondFactor(deps.db, user.id)) !== undefined,
    }),
    reauthentication: deps.reauthentication,
    save: async (_input, user, req) => {
      // An open session alone must not be enough to remove your own second factor.
      if (user.id === currentUser(req).id) throw new ValidationError({ form: words().secondFactor.remove.own });
      const removed = await removeSecondFactor(deps, { actor: authorizedActor(req), user });
      const { remove, noneOfUser } = words().secondFactor;
      return { to: profilePathWithReturn(user, req), notice: removed ? remove.done : noneOfUser };
    },
  });
}
