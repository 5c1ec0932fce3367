import { z } from "zod";
import { describeHold, unlockAccount } from "../auth/account-hold.ts";
import { actorOf } from "../auth/current-user.ts";
import type { Deps } from "../deps.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { aboutUser, profileOf, requireUser } from "./open-user.ts";

/** The page that asks, and says what will happen. */
export function unlock({ db }: Deps): FormHandlers {
  return formPage({
    view: "users/unlock",
    title: "Unlock",
    schema: z.object({}),
    open: async (req) => {
      const user = await requireUser(db, req);
      return { user, hold: await describeHold(db, user) };
    },
    values: () => ({}),
    page: ({ user, hold }, req) => ({ ...aboutUser(user, req), hold }),
    save: async (_, { user }, req) => {
      const notice = (await unlockAccount(db, { actor: actorOf(req), user }))
        ? "Unlocked: this user can try to log in again at once."
        : "No log-ins of this user were being held back.";
      return { to: profileOf(user, req), notice };
    },
  });
}
