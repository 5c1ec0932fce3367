import type { Request } from "express";
import { auditedChange, userEntry, type By as Whose } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import type { User } from "../roles/people.ts";
import { words } from "../words/words.ts";
import { queueSquarePhoto } from "./photo-image.ts";
import { deletePhoto, upsertPhoto } from "./photo-queries.ts";

type By = Whose & { user: User };

/**
 * False if Roster does not accept the file; the old photo stays then. @throws Busy if too many photos are in the queue
 */
export async function setPhoto(
  { db }: Pick<Deps, "db">,
  { actor, user, file }: By & { file: Buffer },
): Promise<boolean> {
  const photo = await queueSquarePhoto(file);
  if (!photo) return false;
  const entry = userEntry("photo.updated", { actor, user });
  await auditedChange(db, entry, async (trx) => {
    await upsertPhoto(trx, user, photo);
    return {};
  });
  return true;
}

export async function removePhoto({ db }: Pick<Deps, "db">, { actor, user }: By): Promise<void> {
  const entry = userEntry("photo.removed", { actor, user });
  await auditedChange(db, entry, async (trx) => {
    if (!user.photoHash) return undefined;
    await deletePhoto(trx, user);
    return {};
  });
}

/**
 * Whether Remove photo was pressed; it has a name and no value, which a text browser would show instead of its label.
 */
export const isRemoval = (req: Request): boolean => req.body?.remove !== undefined;

/** Handles the form's photo: saves a new one or removes the current one. @returns why not, or undefined */
export async function savePhoto(
  deps: Pick<Deps, "db">,
  { actor, user, file, remove }: By & { file: Buffer | undefined; remove: boolean },
): Promise<string | undefined> {
  if (remove) {
    await removePhoto(deps, { actor, user });
    return undefined;
  }
  if (!file || file.length === 0) return words().photo.missing;
  return (await setPhoto(deps, { actor, user, file })) ? undefined : words().photo.unreadable;
}
