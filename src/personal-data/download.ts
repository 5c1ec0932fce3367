import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import type { OpenSubject } from "../users/user-page.ts";
import { sendExport } from "../web/export.ts";
import { personalDataText } from "./collect.ts";

/** Everything that Roster knows of a user. */
export function downloadPersonalData({ db, logger }: Deps, open: OpenSubject): RequestHandler {
  return async (req, res) => {
    const { user } = await open(req);
    const format = { ending: "json", type: "application/json; charset=utf-8" };
    await sendExport(res, personalDataText(db, user), { name: `personal-data-${user.id}`, format, logger });
  };
}
