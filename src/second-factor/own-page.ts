import type { RequestHandler } from "express";
import { currentUser } from "../sessions/current-user.ts";
import type { FormHandlers } from "../web/form.ts";
import { setNotice } from "../web/notice.ts";

export const none = "You have no second factor.";

export const ownPage = "/profile";
/** The section of your own page; only for links, because with a section the notice is neither visible nor focused. */
export const ownSection: string = `${ownPage}#second-factor`;

/**
 * A page for people with a second factor (or, with `isSetUp` false, without one); others are redirected with a message.
 */
export function whereSetUp(isSetUp: boolean, notice: string, { get, post }: FormHandlers): FormHandlers {
  const redirectUnless =
    (handler: RequestHandler): RequestHandler =>
    async (req, res, next) => {
      if (currentUser(req).factor.isSetUp === isSetUp) await handler(req, res, next);
      else {
        setNotice(req, res, notice);
        res.redirect(303, ownPage);
      }
    };
  return { get: redirectUnless(get), post: redirectUnless(post) };
}
