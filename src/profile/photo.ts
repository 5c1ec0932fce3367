import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import { authorizedActor } from "../sessions/current-user.ts";
import { isRemoval, savePhoto } from "../users/save-photo.ts";
import { setNotice } from "../web/notice.ts";
import { render } from "../web/render.ts";
import { words } from "../words/words.ts";
import { ownProfileView } from "./own-profile.ts";
import { requireEditor } from "./personal-information.ts";

/** For a reload after a refused photo: the form is on your own page. */
export const ownPhotoPage: RequestHandler = (_req, res) => res.redirect(303, "/profile");

/** Your own photo, if your role allows it. */
export function changeOwnPhoto(deps: Deps): RequestHandler {
  return async (req, res) => {
    const remove = isRemoval(req);
    const fault = await savePhoto(deps, {
      actor: authorizedActor(req),
      user: requireEditor(req),
      file: req.file?.buffer,
      remove,
    });
    if (fault)
      return render(req, res.status(422), "profile/own-profile", {
        ...(await ownProfileView(deps, req)),
        failed: true,
        errors: { photo: fault },
      });
    const { removed, saved } = words().photo;
    setNotice(req, res, remove ? removed : saved);
    res.redirect(303, "/profile");
  };
}
