import type { Knex } from "knex";
import { isWellFormedKey, keyStart } from "../api-keys/key.ts";
import { lastUseIntervalMs } from "../api-keys/owner-queries.ts";
import type { Database } from "../database/database.ts";
import { hashToken } from "../platform/secrets.ts";
import { timestamp, timestampIn } from "../platform/time.ts";
import type { Organization } from "../roles/people.ts";

// API keys that belong to an application and to no person. Only their hashes are stored.

export type ApplicationKey = {
  application: { id: number; clientId: string; name: string };
  organization: Organization;
};

/** The active application whose key this is, also the key from before a rotation until that ends. Saves the use, at most once a minute. */
export async function findApplicationByKey(db: Database, key: string): Promise<ApplicationKey | undefined> {
  if (!isWellFormedKey(key)) return undefined;
  const hash = hashToken(key);
  const row = await db("applications as application")
    .join("organizations as organization", "organization.id", "application.organization_id")
    .where({ "application.status": "active" })
    .where((either) =>
      either
        .where({ api_key_hash: hash })
        .orWhere((old) => old.where({ old_api_key_hash: hash }).where("old_api_key_until", ">", timestamp())),
    )
    .first({
      ...{ id: "application.id", clientId: "application.client_id", name: "application.name" },
      ...{ usedAt: "application.api_key_used_at", plan: "organization.plan" },
      ...{ organizationId: "organization.id", organizationName: "organization.name" },
    });
  if (!row) return undefined;
  const { id, clientId, name, usedAt, organizationId, organizationName, plan } = row;
  if (!usedAt || usedAt < timestampIn(-lastUseIntervalMs)) {
    // No request fails because the last use cannot be written.
    const used = db("applications").where({ id }).update({ api_key_used_at: timestamp() });
    await used.catch(() => undefined);
  }
  return { application: { id, clientId, name }, organization: { id: organizationId, name: organizationName, plan } };
}

/** The present key, if there is one, works until `oldKeyUntil`. */
export async function replaceApiKey(
  trx: Knex.Transaction,
  id: number,
  { key, oldKeyUntil }: { key: string; oldKeyUntil: string },
): Promise<void> {
  await trx("applications")
    .where({ id })
    .update({
      ...{ old_api_key_hash: trx.ref("api_key_hash"), old_api_key_until: oldKeyUntil },
      ...{ api_key_hash: hashToken(key), api_key_start: keyStart(key) },
      ...{ api_key_created_at: timestamp(), api_key_used_at: null },
    });
}

/** The key from before a rotation ends too. */
export async function removeApiKey(trx: Knex.Transaction, id: number): Promise<void> {
  await trx("applications")
    .where({ id })
    .update({
      ...{ api_key_hash: null, api_key_start: null, api_key_created_at: null, api_key_used_at: null },
      ...{ old_api_key_hash: null, old_api_key_until: null },
    });
}
