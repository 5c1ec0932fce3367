import { z } from "zod";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import type { Plan, User } from "../roles/people.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { countSessions } from "../sessions/queries.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { changeUser } from "./changes.ts";
import { status } from "./fields.ts";
import { peopleOnlyReason } from "./rules.ts";
import { aboutUser, openUser, profilePathWithReturn } from "./user-page.ts";

/** How many keys the user has, and when they work again if the user is active (api-keys/section.ts). */
export type KeySummary = (
  db: Database,
  user: User,
  plan: Plan,
) => Promise<{ keys: number; activationCondition: string }>;

/**
 * The confirmation page, which says what will happen. The form names the status: if it is sent twice, it is saved once.
 */
export function editStatus(deps: Deps, summarizeKeys: KeySummary): FormHandlers {
  return formPage({
    view: "users/status",
    title: "Change status",
    schema: z.object({ status }),
    open: async (req) => {
      const user = await openUser(deps.db, req);
      const keys = await summarizeKeys(deps.db, user, currentUser(req).organization.plan);
      return { ...user, ...keys, sessions: await countSessions(deps.db, user.id) };
    },
    values: (user) => ({ status: user.status === "active" ? "inactive" : "active" }),
    page: (user, req) => ({
      ...aboutUser(user, req),
      sessions: user.sessions,
      keys: user.keys,
      activationCondition: user.activationCondition,
    }),
    reauthentication: deps.reauthentication,
    // Activating an Admin gives someone the role again.
    needsReauthentication: ({ status }, user) => peopleOnlyReason({ status }, user) !== undefined,
    save: async ({ status }, user, req) => {
      await changeUser(deps, { actor: authorizedActor(req), user, fields: { status } });
      const notice =
        status === "active"
          ? "This user is active again and can log in."
          : "This user is inactive and can no longer log in.";
      return { to: profilePathWithReturn(user, req), notice };
    },
  });
}
