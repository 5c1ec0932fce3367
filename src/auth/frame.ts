import type { Request, Response } from "express";
import { can, type Permission } from "../roles/roles.ts";
import { avatarOf } from "../users/avatar.ts";
import { fullName } from "../users/user-page.ts";
import { csrfToken } from "../web/csrf.ts";
import { wordsFor } from "../web/language.ts";
import { takeNotice } from "../web/notice.ts";
import { icon, stylesheetPath } from "../web/static.ts";
import { requiredPage } from "./guards.ts";

type Item = "managers" | "activity" | "apiKeys" | "applications" | "organization" | "apiDocs";

/** The Main Menu, each link for those who can open it (routes.ts). */
const menu: { name: Item; address: string; who: Permission }[] = [
  { name: "managers", address: "/admin/managers", who: "users:edit" },
  { name: "activity", address: "/admin/activity", who: "users:edit" },
  { name: "apiKeys", address: "/admin/api-keys", who: "users:edit" },
  { name: "applications", address: "/admin/applications", who: "users:edit" },
  { name: "organization", address: "/admin/organization", who: "organization:edit" },
  // Open to anyone, but no reason to show a menu to those who would find nothing else there.
  { name: "apiDocs", address: "/api/docs", who: "organization:edit" },
];

/** The frame of every page: who is logged in, the menu, the notice, the token for forms. */
export function createFrame(req: Request, res: Response): object {
  const { user } = req;
  const ready = requiredPage(req) ? undefined : user;
  const open = menu.filter(({ who }) => ready && can(ready, who));
  const notice = takeNotice(req, res);
  const { shell } = wordsFor(req, res);
  let token: string | undefined;
  return {
    stylesheetPath,
    icon,
    notice,
    // People who must choose a new password get nothing else, not even their own photo, so they see initials.
    me: user && {
      name: fullName(user),
      avatar: avatarOf({ ...user, photoHash: ready ? user.photoHash : null }),
    },
    organization: user?.organization.name,
    menu:
      open.length > 0
        ? open.map(({ name, address }) => ({ name: shell[name], address, isCurrent: req.path.startsWith(address) }))
        : undefined,
    /** Created when a form needs it, so that a page without forms sets no cookie. */
    get csrf() {
      token ??= csrfToken(req, res);
      return token;
    },
  };
}
