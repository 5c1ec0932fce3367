import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { hashToken } from "../platform/secrets.ts";
import { timestamp, timestampIn } from "../platform/time.ts";
import type { CurrentUser } from "../roles/people.ts";
import { type CurrentUserRow, selectCurrentUsers, toCurrentUser } from "../users/current-user-queries.ts";
import type { ApiKey } from "./queries.ts";
import type { Scope } from "./rules.ts";

/** How old a key's stored last use can be before it is updated, in milliseconds. */
export const lastUseIntervalMs = 60_000;

/** The key of a request and its owner. */
export type KeyOwner = { key: Pick<ApiKey, "id" | "name" | "scope" | "expiresAt">; owner: CurrentUser };

type KeyOwnerRow = CurrentUserRow & {
  keyId: number;
  keyName: string;
  scope: Scope;
  expiresAt: string | null;
  lastUsedAt: string | null;
};

/** Live keys with their active owners. @param now the moment for which they must be live */
const selectKeyOwners = (db: Database, now: Knex.Value): Knex.QueryBuilder =>
  selectCurrentUsers(db)
    .join("api_keys as key", "key.user_id", "users.id")
    .where({ "key.revoked_at": null })
    .where((either) => either.whereNull("key.expires_at").orWhere("key.expires_at", ">", now))
    .select({
      keyId: "key.id",
      keyName: "key.name",
      scope: "key.scope",
      expiresAt: "key.expires_at",
      lastUsedAt: "key.last_used_at",
    });

function toKeyOwner(row: KeyOwnerRow): KeyOwner {
  const { keyId: id, keyName: name, scope, expiresAt } = row;
  return { key: { id, name, scope, expiresAt }, owner: toCurrentUser(row) };
}

const ownerByKey = prepared<{ hash: string; now: string }, KeyOwnerRow>((db, $) =>
  selectKeyOwners(db, $.now).where({ "key.key_hash": $.hash }),
);
const updateLastUse = prepared<{ id: number; now: string; address: string }>(
  (db, $) => db("api_keys").where({ id: $.id }).update({ last_used_at: $.now, last_used_address: $.address }),
  { relaxedDurability: true },
);

/** A live key and its active owner, or undefined. Saves the use, at most once a minute. */
export async function findKeyOwner(
  db: Database,
  secret: string,
  from: () => string | undefined,
): Promise<KeyOwner | undefined> {
  const now = timestamp();
  const row = await ownerByKey.first(db, { hash: hashToken(secret), now });
  if (!row) return undefined;
  if (!row.lastUsedAt || row.lastUsedAt < timestampIn(-lastUseIntervalMs)) {
    // No request fails because the last use cannot be written.
    const address = (from() ?? "").slice(0, 64);
    await updateLastUse.run(db, { id: row.keyId, now, address }).catch(() => undefined);
  }
  return toKeyOwner(row);
}

const ownerByKeyId = prepared<{ id: number; now: string }, KeyOwnerRow>((db, $) =>
  selectKeyOwners(db, $.now).where({ "key.id": $.id }),
);

/** The same by the key's ID, for a request that the key let in. */
export async function findLiveKey(trx: Knex.Transaction, id: number): Promise<KeyOwner | undefined> {
  const row = await ownerByKeyId.first(trx, { id, now: timestamp() });
  return row && toKeyOwner(row);
}
