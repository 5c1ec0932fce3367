import type { Deps } from "../deps.ts";
import { authorizedActor } from "../sessions/current-user.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { describeLockout, unlockAccount } from "./lockout.ts";
import { aboutUser, openUser, profilePathWithReturn } from "./user-page.ts";

/** The confirmation page, which says what will happen. */
export function unlock({ db }: Deps): FormHandlers {
  return formPage({
    view: "users/unlock",
    title: () => words().unlock.title,
    open: async (req) => {
      const user = await openUser(db, req);
      return { user, lockout: Object.values(await describeLockout(db, user)) };
    },
    page: ({ user, lockout }, req) => ({ ...aboutUser(user, req), lockout }),
    save: async (_, { user }, req) => {
      const notice = (await unlockAccount(db, { actor: authorizedActor(req), user }))
        ? words().unlock.done
        : words().unlock.wasNotLocked;
      return { to: profilePathWithReturn(user, req), notice };
    },
  });
}
