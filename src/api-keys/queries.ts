import type { Knex } from "knex";
import { type CurrentUser, findCurrentUser } from "../auth/queries.ts";
import type { Database } from "../database.ts";
import { hashToken } from "../secrets.ts";
import { stamp, stampIn } from "../time.ts";
import { keyStart } from "./key.ts";

export type ApiKey = {
  id: number;
  name: string;
  /** The first characters, by which it is recognized. */
  start: string;
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
};

const columns = {
  id: "id",
  name: "name",
  start: "start",
  createdAt: "created_at",
  lastUsedAt: "last_used_at",
  revokedAt: "revoked_at",
};

/** Live ones first, newest first; the revoked stay listed. */
export async function listKeys(db: Database, userId: number): Promise<ApiKey[]> {
  return db("api_keys").where({ user_id: userId }).select(columns).orderByRaw("revoked_at is not null, id desc");
}

export async function findKey(db: Database, userId: number, id: number): Promise<ApiKey | undefined> {
  return db("api_keys").where({ user_id: userId, id }).first(columns);
}

export async function countLiveKeys(db: Database, userId: number): Promise<number> {
  const row = await db("api_keys").where({ user_id: userId, revoked_at: null }).count({ count: "*" }).first();
  return Number(row?.count ?? 0);
}

export async function isKeyNameTaken(db: Database, userId: number, name: string): Promise<boolean> {
  return (await db("api_keys").where({ user_id: userId, name, revoked_at: null }).first("id")) !== undefined;
}

/** Whether this very form has made a key before. */
export async function wasFormUsed(db: Database, userId: number, formId: string): Promise<boolean> {
  return (await db("api_keys").where({ user_id: userId, form_id: formId }).first("id")) !== undefined;
}

/** Only the key's hash is kept. */
export async function insertKey(
  trx: Knex.Transaction,
  {
    userId,
    name,
    key,
    formId,
    createdBy,
  }: { userId: number; name: string; key: string; formId: string; createdBy: number },
): Promise<void> {
  await trx("api_keys").insert({
    user_id: userId,
    name,
    start: keyStart(key),
    key_hash: hashToken(key),
    form_id: formId,
    created_by: createdBy,
    created_at: stamp(),
  });
}

/** False where it was revoked before. */
export async function revokeKey(trx: Knex.Transaction, userId: number, id: number): Promise<boolean> {
  return (await trx("api_keys").where({ user_id: userId, id, revoked_at: null }).update({ revoked_at: stamp() })) === 1;
}

export type KeyOwner = { keyId: number; keyName: string; owner: CurrentUser };

/** The active owner of a live key; undefined for every other key. */
export async function findKeyOwner(db: Database, key: string): Promise<KeyOwner | undefined> {
  const row = await db("api_keys")
    .where({ key_hash: hashToken(key), revoked_at: null })
    .first(["id", "name", "user_id", "last_used_at"]);
  const owner = row && (await findCurrentUser(db, row.user_id));
  if (!owner) return undefined;
  if (!row.last_used_at || row.last_used_at < stampIn(-60_000))
    await db("api_keys").where({ id: row.id }).update({ last_used_at: stamp() });
  return { keyId: row.id, keyName: row.name, owner };
}
