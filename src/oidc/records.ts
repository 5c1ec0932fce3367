import type { Knex } from "knex";
import { deleteInBatches } from "../database/batches.ts";
import type { Database } from "../database/database.ts";
import { hashToken } from "../platform/secrets.ts";
import { timestamp } from "../platform/time.ts";
import type { Role } from "../roles/roles.ts";
import { active } from "../users/active-queries.ts";

// Codes, tokens and grants. A record counts only while its user and application are active, the user's role may use the
// application, and the session that it ends with exists: what ends any of these ends it in the same moment.

/** What oidc-provider stores; everything else in it is opaque to us. */
export type Payload = {
  jti: string;
  kind: string;
  accountId?: string;
  clientId?: string;
  grantId?: string;
  sessionUid?: string;
  /** Of an access token: separated by spaces. */
  scope?: string;
  expiresWithSession?: boolean;
  exp: number;
  consumed?: number;
};

type Found = { payload: string; used_at: string | null; role: Role | null; roles: string | null };

export async function findRecord(db: Database, kind: string, id: string): Promise<Payload | undefined> {
  const row: Found | undefined = await db("oidc_records")
    .leftJoin("users", "users.id", "oidc_records.user_id")
    .leftJoin("applications", "applications.client_id", "oidc_records.client_id")
    .where({ "oidc_records.kind": kind, id_hash: hashToken(id) })
    .where("oidc_records.expires_at", ">", timestamp())
    .where((query) => query.whereNull("oidc_records.user_id").orWhere((user) => active(user, db)))
    .where((query) => query.whereNull("oidc_records.client_id").orWhere("applications.status", "active"))
    .where((query) =>
      query
        .whereNull("oidc_records.session_uid")
        .orWhereExists(db("sessions").where("oidc_uid", db.ref("oidc_records.session_uid")).select(db.raw("1"))),
    )
    .first("payload", "oidc_records.used_at", "users.role", "applications.roles");
  if (!row || (row.role && row.roles && !JSON.parse(row.roles).includes(row.role))) return undefined;
  const used = row.used_at === null ? {} : { consumed: Math.floor(Date.parse(row.used_at) / 1000) };
  return { ...JSON.parse(row.payload), jti: id, ...used };
}

/**
 * Someone's log-in to an application. It ends with the session, unless they were ever asked for offline access.
 * @returns whether it is a new one
 */
export async function saveGrant(
  trx: Knex.Transaction,
  id: string,
  { payload, sessionUid, isOffline }: { payload: Payload; sessionUid: string; isOffline: boolean },
): Promise<boolean> {
  const known = await trx("oidc_records")
    .where({ kind: "Grant", id_hash: hashToken(id) })
    .first("session_uid");
  const expiresWithSession = !isOffline && known?.session_uid !== null;
  await saveRecord(trx, id, { ...payload, sessionUid, expiresWithSession });
  return known === undefined;
}

export async function saveRecord(db: Database, id: string, { jti: _, ...payload }: Payload): Promise<void> {
  const { kind, accountId, clientId, grantId, sessionUid, expiresWithSession, exp } = payload;
  const row = {
    kind,
    id_hash: hashToken(id),
    user_id: accountId === undefined ? null : Number(accountId),
    client_id: clientId ?? null,
    grant_id: grantId ?? null,
    session_uid: expiresWithSession ? (sessionUid ?? null) : null,
    payload: JSON.stringify(payload),
    expires_at: timestamp(new Date(exp * 1000)),
  };
  await db("oidc_records")
    .insert({ ...row, created_at: timestamp() })
    .onConflict(["kind", "id_hash"])
    .merge(row);
}

/** False if it was used before. */
export async function useRecord(db: Database, kind: string, id: string): Promise<boolean> {
  const used = await db("oidc_records")
    .where({ kind, id_hash: hashToken(id) })
    .whereNull("used_at")
    .update({ used_at: timestamp() });
  return used === 1;
}

export async function deleteRecord(db: Database, kind: string, id: string): Promise<void> {
  await db("oidc_records")
    .where({ kind, id_hash: hashToken(id) })
    .del();
}

/** The grant and everything that was issued for it. */
export async function deleteGrant(db: Database, grantId: string): Promise<void> {
  await db("oidc_records")
    .where({ grant_id: grantId })
    .orWhere({ kind: "Grant", id_hash: hashToken(grantId) })
    .del();
}

export async function deleteExpiredRecords(db: Database): Promise<void> {
  await deleteInBatches(db, {
    table: "oidc_records",
    key: "id_hash",
    choose: (query) => query.where("expires_at", "<=", timestamp()),
  });
}
