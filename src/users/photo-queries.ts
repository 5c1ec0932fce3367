import { createHash } from "node:crypto";
import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import type { OrganizationId } from "../roles/people.ts";
import { updateUser } from "./queries.ts";

type Owner = { id: number; organizationId: OrganizationId };
export type Photo = { large: Buffer; small: Buffer };

export async function findPhoto(
  db: Database,
  { userId, hash, size }: { userId: number; hash: string; size: keyof Photo },
): Promise<Buffer | undefined> {
  const row = await db("photos").where({ user_id: userId, hash }).first({ image: size });
  return row?.image;
}

/** The first 80 bits of its content's SHA-256, which are part of its address. */
export function photoHash({ large }: Photo): string {
  return createHash("sha256").update(large).digest("hex").slice(0, 20);
}

/** @returns its hash */
export async function upsertPhoto(trx: Knex.Transaction, owner: Owner, photo: Photo): Promise<string> {
  const hash = photoHash(photo);
  const row = { user_id: owner.id, hash, small: photo.small, large: photo.large };
  await trx("photos").insert(row).onConflict("user_id").merge();
  await updateUser(trx, owner.organizationId, owner.id, { photo_hash: hash });
  return hash;
}

export async function deletePhoto(trx: Knex.Transaction, owner: Owner): Promise<void> {
  await trx("photos").where({ user_id: owner.id }).del();
  await updateUser(trx, owner.organizationId, owner.id, { photo_hash: null });
}
