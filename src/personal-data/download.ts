import type { Request, RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import type { User } from "../roles/people.ts";
import { currentUser } from "../sessions/current-user.ts";
import { openUser } from "../users/user-page.ts";
import { sendExport } from "../web/export.ts";
import { personalDataText } from "./collect.ts";

/** Everything that Roster knows of a user, for an Admin. */
export const downloadPersonalData = (deps: Deps): RequestHandler => downloading(deps, (req) => openUser(deps.db, req));

/** Everything that Roster knows of you. */
export const downloadOwnData = (deps: Deps): RequestHandler => downloading(deps, async (req) => currentUser(req));

function downloading({ db, logger }: Deps, open: (req: Request) => Promise<User>): RequestHandler {
  return async (req, res) => {
    const user = await open(req);
    const format = { ending: "json", type: "application/json; charset=utf-8" };
    await sendExport(res, personalDataText(db, user), { name: `personal-data-${user.id}`, format, logger });
  };
}
