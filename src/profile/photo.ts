import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import { changePhoto } from "../users/photo.ts";
import { openUser, profilePathWithReturn } from "../users/user-page.ts";
import { ownProfileView } from "./own-profile.ts";
import { requireEditor } from "./personal-information.ts";
import { profileView } from "./user-profile-view.ts";

/** For a reload after a refused photo: the form is on your own page. */
export const ownPhotoPage: RequestHandler = (_req, res) => res.redirect(303, "/profile");

/** Your own photo, if your role allows it. */
export function changeOwnPhoto(deps: Deps): RequestHandler {
  return changePhoto(deps, {
    open: requireEditor,
    view: "profile/own-profile",
    page: (req) => ownProfileView(deps, req),
    back: () => "/profile",
  });
}

/** Any user's photo, for an Admin. */
export function changeUserPhoto(deps: Deps): RequestHandler {
  return changePhoto(deps, {
    open: (req) => openUser(deps.db, req),
    view: "profile/user-profile",
    page: (req, user) => profileView(deps, req, user),
    back: profilePathWithReturn,
  });
}
