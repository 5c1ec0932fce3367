import type { Request, Response } from "express";
import { roleNames } from "../roles/roles.ts";
import { avatarOf } from "../users/avatar.ts";
import { fullName } from "../users/open-user.ts";
import { csrfToken } from "../web/csrf.ts";
import { takeNotice } from "../web/notice.ts";
import { icon, stylesheet } from "../web/static.ts";
import { firstDuty } from "./guards.ts";

const menu = [
  { name: "Managers", address: "/admin/managers" },
  { name: "Activity", address: "/admin/activity" },
  { name: "Organization", address: "/admin/organization" },
];

/** What stands around every page: who is signed in, the menu (for Admins alone), the notice, the token for forms. */
export function makeFrame(req: Request, res: Response): object {
  const { user } = req;
  const ready = firstDuty(req) ? undefined : user;
  const notice = takeNotice(req, res);
  let token: string | undefined;
  return {
    stylesheet,
    icon,
    notice,
    // Who was asked for a new password gets nothing else, the own photo included: initials then.
    me: user && {
      name: fullName(user),
      avatar: avatarOf({ ...user, photoHash: ready ? user.photoHash : null }),
      role: roleNames[user.role],
    },
    organization: user?.organization.name,
    menu:
      ready?.role === "admin"
        ? menu.map((item) => ({ ...item, isCurrent: req.path.startsWith(item.address) }))
        : undefined,
    /** Made where a form needs it, so that a page without forms leaves no cookie. */
    get csrf() {
      token ??= csrfToken(req, res);
      return token;
    },
  };
}
