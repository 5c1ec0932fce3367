import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import { openUser } from "../users/user-page.ts";
import { render } from "../web/render.ts";
import { erasedUserView, profileView } from "./user-profile-view.ts";

export function userProfile(deps: Deps): RequestHandler {
  return async (req, res) => {
    const user = await openUser(deps.db, req);
    if (user.erasedAt) return render(req, res, "profile/erased-user", await erasedUserView(deps, req, user));
    render(req, res, "profile/user-profile", { ...(await profileView(deps, req, user)), values: {}, errors: {} });
  };
}
