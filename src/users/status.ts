import type { Request } from "express";
import { z } from "zod";
import { countLiveKeys } from "../api-keys/queries.ts";
import { whenKeysWork } from "../api-keys/rules.ts";
import { confirmation } from "../auth/confirmation.ts";
import { countSessions } from "../auth/queries.ts";
import type { Deps } from "../deps.ts";
import { actorOf, currentUser } from "../sessions/current-user.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { changeStatus } from "./changes.ts";
import { aboutUser, profileOf, requireUser } from "./open-user.ts";
import type { User } from "./queries.ts";
import { statuses } from "./rules.ts";

/** The user's keys, and on what they still wait where the user is active. */
function keysThen(user: User & { keys: number }, req: Request) {
  const when = whenKeysWork({ ...user, status: "active" }, currentUser(req).organization.plan);
  return { keys: user.keys, whenKeysWork: when ? `, ${when}` : "" };
}

/** The page that asks, and says what will happen. The form says which status it is for: sent twice, it is saved once. */
export function editStatus(deps: Deps): FormHandlers {
  return formPage({
    view: "users/status",
    title: "Change status",
    schema: z.object({ status: z.enum(statuses, "Choose whether the user is active") }),
    open: async (req) => {
      const user = await requireUser(deps.db, req);
      const [sessions, keys] = [await countSessions(deps.db, user.id), await countLiveKeys(deps.db, user.id)];
      return { ...user, sessions, keys };
    },
    values: (user) => ({ status: user.status === "active" ? "inactive" : "active" }),
    page: (user, req) => ({ ...aboutUser(user, req), sessions: user.sessions, ...keysThen(user, req) }),
    gate: confirmation(deps),
    // An Admin again: whoever left with the role had it taken away by this.
    isGated: ({ status }, user) => status === "active" && user.status === "inactive" && user.role === "admin",
    save: async ({ status }, user, req) => {
      await changeStatus(deps, { actor: actorOf(req), user, status });
      const notice =
        status === "active"
          ? "This user is active again and can log in."
          : "This user is inactive and can no longer log in.";
      return { to: profileOf(user, req), notice };
    },
  });
}
