import type { Request, RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import { NotFound } from "../roles/errors.ts";
import type { User } from "../roles/people.ts";
import { can } from "../roles/roles.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { idParam } from "../web/form.ts";
import { setNotice } from "../web/notice.ts";
import { type PageData, render } from "../web/render.ts";
import { words } from "../words/words.ts";
import { findPhoto } from "./photo-queries.ts";
import { findUser } from "./queries.ts";
import { isRemoval, savePhoto } from "./save-photo.ts";
import { openUser, profilePathWithReturn } from "./user-page.ts";

/** Whose photo a form changes, and the page that it is on. */
type PhotoForm = {
  open: (req: Request) => Promise<User> | User;
  view: string;
  page: (req: Request, user: User) => Promise<PageData>;
  back: (user: User, req: Request) => string;
};

/** Saves the photo sent with the form, or removes it, depending on the button. */
export function changePhoto(deps: Deps, { open, view, page, back }: PhotoForm): RequestHandler {
  return async (req, res) => {
    const user = await open(req);
    const remove = isRemoval(req);
    const fault = await savePhoto(deps, { actor: authorizedActor(req), user, file: req.file?.buffer, remove });
    if (fault) {
      const shown = await page(req, user);
      return render(req, res.status(422), view, { ...shown, failed: true, values: {}, errors: { photo: fault } });
    }
    setNotice(req, res, remove ? words().photo.removed : words().photo.saved);
    res.redirect(303, back(user, req));
  };
}

/** For a reload after a refused photo, or a typed address: the form is on the profile. */
export function photoPage({ db }: Deps): RequestHandler {
  return async (req, res) => res.redirect(303, profilePathWithReturn(await openUser(db, req), req));
}

/** The image itself, for those who can see the user: the user, and Admins of the same organization. */
export function showPhoto({ db }: Deps, size: "large" | "small"): RequestHandler {
  return async (req, res) => {
    const me = currentUser(req);
    const userId = idParam(req);
    const canView = userId === me.id || (can(me, "users:edit") && (await findUser(db, me.organizationId, userId)));
    const hash = String(req.params.hash);
    const image = canView && /^[0-9a-f]{20}$/.test(hash) ? await findPhoto(db, { userId, hash, size }) : undefined;
    if (!image) throw new NotFound();
    res.set("Cache-Control", "private, max-age=31536000, immutable").type("image/webp").send(image);
  };
}
