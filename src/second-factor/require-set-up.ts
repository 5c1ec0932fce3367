import type { RequestHandler } from "express";
import { currentUser } from "../sessions/current-user.ts";
import type { FormHandlers } from "../web/form.ts";
import { setNotice } from "../web/notice.ts";

export const profilePath = "/profile";
/** The section of your own page; only for links, because with a section the notice is neither visible nor focused. */
export const sectionPath: string = `${profilePath}#second-factor`;

/**
 * A page for people with a second factor (or, with `isSetUp` false, without one); others are redirected with a message.
 */
export function requireSetUp(isSetUp: boolean, notice: () => string, { get, post }: FormHandlers): FormHandlers {
  const redirectUnless =
    (handler: RequestHandler): RequestHandler =>
    async (req, res, next) => {
      if (currentUser(req).factor.isSetUp === isSetUp) await handler(req, res, next);
      else {
        setNotice(req, res, notice());
        res.redirect(303, profilePath);
      }
    };
  return { get: redirectUnless(get), post: redirectUnless(post) };
}
