import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { hashToken } from "../platform/secrets.ts";
import { timestamp, timestampIn } from "../platform/time.ts";
import { keyStart } from "./key.ts";
import type { Scope } from "./rules.ts";

export type ApiKey = {
  id: number;
  name: string;
  /** The first characters, by which people recognize it. */
  start: string;
  scope: Scope;
  /** Its lifetime in days; null means forever. */
  lifetimeDays: number | null;
  createdAt: string;
  /** Who created it. */
  createdBy: number;
  expiresAt: string | null;
  lastUsedAt: string | null;
  lastUsedAddress: string | null;
  revokedAt: string | null;
  /** The key that replaced it. */
  replacedBy: number | null;
};

const columns = {
  id: "id",
  name: "name",
  start: "start",
  scope: "scope",
  lifetimeDays: "lifetime_days",
  createdAt: "created_at",
  createdBy: "created_by",
  expiresAt: "expires_at",
  lastUsedAt: "last_used_at",
  lastUsedAddress: "last_used_address",
  revokedAt: "revoked_at",
  replacedBy: "replaced_by",
};

const live = (query: Knex.QueryBuilder): void => {
  query
    .where({ revoked_at: null })
    .where((either) => either.whereNull("expires_at").orWhere("expires_at", ">", timestamp()));
};

const keysOfUser = prepared<{ userId: number }, ApiKey>((db, $) =>
  db("api_keys").where({ user_id: $.userId }).select(columns).orderBy("id", "desc"),
);

/** Live ones first, newest first; revoked and expired ones stay listed. */
export async function listKeys(db: Database, userId: number): Promise<ApiKey[]> {
  const keys = await keysOfUser.all(db, { userId });
  return [...keys.filter(isLive), ...keys.filter((key) => !isLive(key))];
}

export function isLive({ revokedAt, expiresAt }: Pick<ApiKey, "revokedAt" | "expiresAt">): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > timestamp());
}

/** Only once; the key that replaces it can be rotated too. */
export function canRotate(key: Pick<ApiKey, "revokedAt" | "expiresAt" | "replacedBy">): boolean {
  return isLive(key) && key.replacedBy === null;
}

export async function findKey(db: Database, userId: number, id: number): Promise<ApiKey | undefined> {
  return db("api_keys").where({ user_id: userId, id }).first(columns);
}

/** How many live keys these users have together. @param userIds their IDs, or a query for them */
export async function countLiveKeys(db: Database, userIds: number[] | Knex.QueryBuilder): Promise<number> {
  const row = await db("api_keys").whereIn("user_id", userIds).modify(live).count({ count: "*" }).first();
  return Number(row?.count ?? 0);
}

/** Whether a live key has the name; a key that is being replaced no longer counts. */
export async function isKeyNameTaken(db: Database, userId: number, name: string): Promise<boolean> {
  const row = await db("api_keys").where({ user_id: userId, name, replaced_by: null }).modify(live).first("id");
  return row !== undefined;
}

/** Whether the form has already made a key, even if that was revoked since. */
export async function hasMadeKey(db: Database, userId: number, formId: string): Promise<boolean> {
  return (await db("api_keys").where({ user_id: userId, form_id: formId }).first("id")) !== undefined;
}

export type NewKey = {
  userId: number;
  name: string;
  key: string;
  scope: Scope;
  lifetimeDays: number | null;
  createdBy: number;
  formId?: string | undefined;
};

/** Stores only the key's hash. @returns its ID */
export async function insertKey(
  trx: Knex.Transaction,
  { userId, name, key, scope, lifetimeDays, createdBy, formId }: NewKey,
): Promise<number> {
  const [row] = await trx("api_keys")
    .insert({
      organization_id: trx("users").where({ id: userId }).select("organization_id"),
      user_id: userId,
      name,
      start: keyStart(key),
      key_hash: hashToken(key),
      scope,
      lifetime_days: lifetimeDays,
      expires_at: lifetimeDays === null ? null : timestampIn(lifetimeDays * 86_400_000),
      created_by: createdBy,
      created_at: timestamp(),
      form_id: formId ?? null,
    })
    .returning("id");
  return row.id;
}

/** The old key works for this many milliseconds, or until its own expiry if that is sooner. */
export async function replaceKey(
  trx: Knex.Transaction,
  old: ApiKey,
  { by, after }: { by: number; after: number },
): Promise<void> {
  const end = timestampIn(after);
  const expiresAt = old.expiresAt !== null && old.expiresAt < end ? old.expiresAt : end;
  await trx("api_keys").where({ id: old.id }).update({ replaced_by: by, expires_at: expiresAt });
}

/** False if it was already revoked. */
export async function revokeKey(trx: Knex.Transaction, userId: number, id: number): Promise<boolean> {
  return (
    (await trx("api_keys").where({ user_id: userId, id, revoked_at: null }).update({ revoked_at: timestamp() })) === 1
  );
}
