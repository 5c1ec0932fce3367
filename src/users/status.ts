import { z } from "zod";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import type { Plan, User } from "../roles/people.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { countSessions } from "../sessions/queries.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { type Words, words } from "../words/words.ts";
import { changeUser } from "./changes.ts";
import { status } from "./fields.ts";
import { isInvited, peopleOnlyReason } from "./rules.ts";
import { aboutUser, openUser, profilePathWithReturn } from "./user-page.ts";

/** How many keys of these users are live (api-keys/queries.ts). */
type CountKeys = (db: Database, userIds: number[]) => Promise<number>;

/**
 * The confirmation page, which says what will happen. The form names the status: if it is sent twice, it is saved once.
 */
export function editStatus(deps: Deps, countLiveKeys: CountKeys): FormHandlers {
  return formPage({
    view: "users/status",
    title: () => words().status.title,
    schema: z.object({ status }),
    open: async (req) => {
      const user = await openUser(deps.db, req);
      return {
        ...user,
        sessions: await countSessions(deps.db, [user.id]),
        keys: await countLiveKeys(deps.db, [user.id]),
        keysWaitFor: keysWaitFor(user, currentUser(req).organization.plan),
      };
    },
    values: (user) => ({ status: user.status === "active" ? "inactive" : "active" }),
    page: (user, req) => ({
      ...aboutUser(user, req),
      sessions: user.sessions,
      keys: user.keys,
      keysWaitFor: user.keysWaitFor,
      isInvited: isInvited(user),
    }),
    reauthentication: deps.reauthentication,
    // Activating an Admin gives someone the role again.
    needsReauthentication: ({ status }, user) => peopleOnlyReason({ status }, user) !== undefined,
    save: async ({ status }, user, req) => {
      await changeUser(deps, { actor: authorizedActor(req), user, fields: { status } });
      const { activated, activatedInvited, deactivated } = words().status;
      const isActive = isInvited(user) ? activatedInvited : activated;
      return { to: profilePathWithReturn(user, req), notice: status === "active" ? isActive : deactivated };
    },
  });
}

/** What the user's keys need to work, except an active user (api-keys/rules.ts). */
function keysWaitFor({ mustChangePassword }: User, plan: Plan): keyof Words["status"]["keysWork"] {
  if (plan === "pro") return mustChangePassword ? "newPassword" : "nothing";
  return mustChangePassword ? "proAndNewPassword" : "pro";
}
