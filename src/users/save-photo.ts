import type { Request } from "express";
import { auditedChange } from "../audit/audited-change.ts";
import { actorOf } from "../auth/current-user.ts";
import type { Deps } from "../deps.ts";
import { squarePhoto } from "./photo-image.ts";
import { deletePhoto, upsertPhoto } from "./photo-queries.ts";
import type { User } from "./queries.ts";

const refused = {
  missing: "Choose a photo first",
  unreadable:
    "This file is not a photo that Roster can read. Choose a JPEG, PNG, WebP, GIF or AVIF image of at most 50 megapixels.",
};

/** Saves the photo that the form brought, or takes the present one away: which, the pressed button says. */
/** @returns why not, or undefined */
export async function savePhoto({ db }: Deps, req: Request, user: User): Promise<string | undefined> {
  const entry = { actor: actorOf(req), organizationId: user.organizationId, subjectId: user.id };
  if (req.body?.remove) {
    await auditedChange(db, { ...entry, action: "photo.removed" }, async (trx) => {
      if (!user.photoHash) return undefined;
      await deletePhoto(trx, user);
      return {};
    });
    return undefined;
  }
  if (!req.file || req.file.size === 0) return refused.missing;
  const photo = await squarePhoto(req.file.buffer);
  if (!photo) return refused.unreadable;
  await auditedChange(db, { ...entry, action: "photo.updated" }, async (trx) => {
    await upsertPhoto(trx, user, photo);
    return {};
  });
  return undefined;
}
