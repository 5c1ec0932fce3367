import type { Database } from "../database/database.ts";
import { hashToken, newToken } from "../platform/secrets.ts";
import { active } from "../users/active-queries.ts";

/** Roster's own session, as applications see it. */
export type SignedInSession = {
  userId: number;
  /** When its user last entered the password. */
  confirmedAt: string;
  hasSecondFactor: boolean;
};

/** The name under which applications know the session; the first application creates it. */
export async function nameSession(db: Database, sessionId: string): Promise<string | undefined> {
  const session = db("sessions").where({ id_hash: hashToken(sessionId) });
  await session.clone().whereNull("oidc_uid").update({ oidc_uid: newToken() });
  return (await session.first("oidc_uid"))?.oidc_uid;
}

export async function findSignedInSession(db: Database, uid: string): Promise<SignedInSession | undefined> {
  const factors = db("second_factors").where("second_factors.user_id", db.ref("sessions.user_id"));
  const row = await db("sessions")
    .join("users", "users.id", "sessions.user_id")
    .where({ oidc_uid: uid })
    .modify(active, db)
    .first({ userId: "users.id", confirmedAt: "sessions.password_confirmed_at", createdAt: "sessions.created_at" })
    .select(db.raw("exists ? as ??", [factors.select("user_id"), "hasSecondFactor"]));
  return (
    row && {
      userId: row.userId,
      confirmedAt: row.confirmedAt ?? row.createdAt,
      hasSecondFactor: Boolean(row.hasSecondFactor),
    }
  );
}

/** The address that the user has proved to read; null if there is none. */
export async function findProvenEmail(db: Database, userId: number): Promise<string | null> {
  return (await db("users").where({ id: userId }).first("proven_email"))?.proven_email ?? null;
}
