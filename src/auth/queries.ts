import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { findUserLink } from "../passwords/link-queries.ts";
import { timestamp } from "../platform/time.ts";
import type { CurrentUser, User } from "../roles/people.ts";
import { active } from "../users/active-queries.ts";
import { findCurrentUser } from "../users/current-user-queries.ts";
import { selectUsers, toUser, type UserRow } from "../users/queries.ts";

const userByEmail = prepared<{ email: string }, UserRow & { passwordHash: string }>((db, $) =>
  selectUsers(db).select({ passwordHash: "password_hash" }).where({ email: $.email }),
);

/** The user with the folded address (fields.ts), in any organization and status; an empty hash if invited. */
export async function findUserByEmail(
  db: Database,
  email: string,
): Promise<(User & { passwordHash: string }) | undefined> {
  const row = await userByEmail.first(db, { email });
  return row && { ...toUser(row), passwordHash: row.passwordHash };
}

const passwordHash = prepared<{ userId: number }, { hash: string }>((db, $) =>
  db("users").where({ id: $.userId }).modify(active, db).select({ hash: "password_hash" }),
);

/** The hash of an active user's password, empty if invited; undefined for everyone else. */
export async function findPasswordHash(db: Database, userId: number): Promise<string | undefined> {
  return (await passwordHash.first(db, { userId }))?.hash;
}

/**
 * Stores another hash of the same password, which does not count as a change to the user and ends nothing.
 * @returns false if the stored hash is no longer `from`
 */
export async function renewPasswordHash(
  db: Database,
  userId: number,
  { from, to }: { from: string; to: string },
): Promise<boolean> {
  return (await db("users").where({ id: userId, password_hash: from }).update({ password_hash: to })) === 1;
}

/** The highest bcrypt cost of all stored hashes ("$2b$12$…"); 0 if there are none. */
export async function findHighestCost(db: Database): Promise<number> {
  const row = await db("users")
    .max({ cost: db.raw("substr(password_hash, 5, 2)") })
    .first();
  return Number(row?.cost ?? 0);
}

/** An Admin who was invited and cannot log in yet does not count. */
export async function anyAdminExists(db: Database): Promise<boolean> {
  const admin = await db("users").where({ role: "admin", invited_until: null }).modify(active, db).first("id");
  return admin !== undefined;
}

const lastLogin = prepared<{ userId: number; now: string }>((db, $) =>
  db("users").where({ id: $.userId }).update({ last_login_at: $.now }),
);

/** Does not count as a change to the user: the version stays, so that a log-in conflicts with no form. */
export async function updateLastLogin(trx: Knex.Transaction, userId: number): Promise<void> {
  await lastLogin.run(trx, { userId, now: timestamp() });
}

/** The active user of a valid link for that purpose; reading uses nothing up. */
export async function findLinkUser(
  db: Database,
  token: string,
  purpose: "reset" | "invitation",
): Promise<CurrentUser | undefined> {
  const link = await findUserLink(db, token, purpose);
  return link && findCurrentUser(db, link.userId);
}
