import type { RequestHandler } from "express";
import { currentUser } from "../auth/current-user.ts";
import type { FormHandlers } from "../web/form.ts";
import { setNotice } from "../web/notice.ts";

export const none = "You have no second factor.";

/** Where one's own page shows it. */
export const ownSection = "/profile#second-factor";

/** A page for those who have a second factor (or, with `isSetUp` false, who have none); others are led away and told. */
export function whereSetUp(isSetUp: boolean, notice: string, { get, post }: FormHandlers): FormHandlers {
  const led =
    (handler: RequestHandler): RequestHandler =>
    async (req, res, next) => {
      if (currentUser(req).factor.isSetUp === isSetUp) await handler(req, res, next);
      else {
        setNotice(req, res, notice);
        res.redirect(303, ownSection);
      }
    };
  return { get: led(get), post: led(post) };
}
