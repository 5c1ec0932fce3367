import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import type { Organization, Plan } from "../organization/queries.ts";
import { deleteUnsentSecrets } from "../outbox/queries.ts";
import { hashToken } from "../platform/secrets.ts";
import { stamp, stampIn } from "../platform/time.ts";
import type { Demand } from "../second-factor/rules.ts";
import { selectUsers, toUser, type User, type UserRow } from "../users/queries.ts";

/** The person behind a request, read anew each time. */
export type CurrentUser = User & {
  organization: Organization;
  /** Whether a second factor is set up, and of whom the organization demands one. */
  factor: { isSetUp: boolean; demand: Demand };
};

export type CurrentUserRow = UserRow & { name: string; plan: Plan; demand: Demand; isSetUp: number | boolean };

/** Active users, each with what a request has to know of the organization. */
export function selectCurrentUsers(db: Database): Knex.QueryBuilder {
  const factors = db("second_factors").where("second_factors.user_id", db.ref("users.id"));
  return selectUsers(db)
    .join("organizations as own", "own.id", "users.organization_id")
    .where("users.status", "active")
    .select({ name: "own.name", plan: "own.plan", demand: "own.second_factor" })
    .select(db.raw("exists ? as ??", [factors.select("user_id"), "isSetUp"]));
}

export function toCurrentUser(row: CurrentUserRow): CurrentUser {
  const organization = { id: row.organizationId, name: row.name, plan: row.plan };
  return { ...toUser(row), organization, factor: { isSetUp: Boolean(row.isSetUp), demand: row.demand } };
}

const currentUser = prepared<{ id: number }, CurrentUserRow>((db, $) => selectCurrentUsers(db).where("users.id", $.id));

/** An active user with the organization; undefined for everybody else. */
export async function findCurrentUser(db: Database, id: number): Promise<CurrentUser | undefined> {
  const row = await currentUser.first(db, { id });
  return row && toCurrentUser(row);
}

const userByEmail = prepared<{ email: string }, UserRow & { passwordHash: string }>((db, $) =>
  selectUsers(db).select({ passwordHash: "password_hash" }).where({ email: $.email }),
);

/** Whoever has the address, of any organization and status; the address is folded already (fields.ts). */
export async function findUserByEmail(
  db: Database,
  email: string,
): Promise<(User & { passwordHash: string }) | undefined> {
  const row = await userByEmail.first(db, { email });
  return row && { ...toUser(row), passwordHash: row.passwordHash };
}

const passwordHash = prepared<{ userId: number }, { hash: string }>((db, $) =>
  db("users").where({ id: $.userId, status: "active" }).select({ hash: "password_hash" }),
);

/** The hash of an active user's password; undefined for everybody else. */
export async function findPasswordHash(db: Database, userId: number): Promise<string | undefined> {
  return (await passwordHash.first(db, { userId }))?.hash;
}

/**
 * Another hash of the same password: no change to the user, and nothing of theirs ends.
 * @returns false where the stored hash is no longer `from`
 */
export async function renewPasswordHash(
  db: Database,
  userId: number,
  { from, to }: { from: string; to: string },
): Promise<boolean> {
  return (await db("users").where({ id: userId, password_hash: from }).update({ password_hash: to })) === 1;
}

/** The highest cost of bcrypt that any stored hash has ("$2b$12$…"); 0 where there is none. */
export async function findHighestCost(db: Database): Promise<number> {
  const row = await db("users")
    .max({ cost: db.raw("substr(password_hash, 5, 2)") })
    .first();
  return Number(row?.cost ?? 0);
}

export async function anyAdminExists(db: Database): Promise<boolean> {
  return (await db("users").where({ role: "admin", status: "active" }).first("id")) !== undefined;
}

const lastLogin = prepared<{ userId: number; now: string }>((db, $) =>
  db("users").where({ id: $.userId }).update({ last_login_at: $.now }),
);

/** Not a change to the user: the version stays, so that no edit form conflicts with a log-in. */
export async function updateLastLogin(trx: Knex.Transaction, userId: number): Promise<void> {
  await lastLogin.run(trx, { userId, now: stamp() });
}

const sessionOf = prepared<{ hash: string; userId: number }, { user_id: number }>((db, $) =>
  db("sessions").where({ id_hash: $.hash, user_id: $.userId }).select("user_id"),
);

/** Whether there still is such a session, and it is the user's. */
export async function isSessionOf(
  trx: Knex.Transaction,
  { id, userId }: { id: string; userId: number },
): Promise<boolean> {
  return (await sessionOf.first(trx, { hash: hashToken(id), userId })) !== undefined;
}

/** @returns whether it was there */
export async function deleteSession(trx: Knex.Transaction, id: string): Promise<boolean> {
  return (
    (await trx("sessions")
      .where({ id_hash: hashToken(id) })
      .del()) === 1
  );
}

/** @param except the id of the session that goes on */
export async function deleteSessions(trx: Knex.Transaction, userId: number, except?: string): Promise<number> {
  return trx("sessions")
    .where({ user_id: userId })
    .modify((query) => {
      if (except) query.whereNot({ id_hash: hashToken(except) });
    })
    .del();
}

export async function countSessions(db: Database, userId: number): Promise<number> {
  const row = await db("sessions").where({ user_id: userId }).count({ count: "*" }).first();
  return Number(row?.count ?? 0);
}

/** Those that wait to be mailed too. */
export async function deleteResetLinks(trx: Knex.Transaction, userId: number): Promise<void> {
  await trx("one_time_links").where({ user_id: userId }).del();
  await deleteUnsentSecrets(trx, userId);
}

/** Gives a session another id. False where it was ended before. */
export async function renameSession(db: Database, { from, to }: { from: string; to: string }): Promise<boolean> {
  const renamed = await db("sessions")
    .where({ id_hash: hashToken(from) })
    .update({ id_hash: hashToken(to) });
  return renamed === 1;
}

/** How long a reset link is good, in minutes. */
export const resetMinutes = 30;

export type OneTimeLink = { token: string; purpose: "setup" | "reset"; userId?: number; lifetime: number };

/** Only the token's hash is kept. @param link lifetime in milliseconds */
export async function insertOneTimeLink(
  trx: Knex.Transaction,
  { token, purpose, userId, lifetime }: OneTimeLink,
): Promise<void> {
  await trx("one_time_links").insert({
    token_hash: hashToken(token),
    purpose,
    user_id: userId ?? null,
    expires_at: stampIn(lifetime),
  });
  await trx("one_time_links").where("expires_at", "<=", stamp()).del();
}

/** Makes every earlier setup link void. */
export async function deleteSetupLinks(trx: Knex.Transaction): Promise<void> {
  await trx("one_time_links").where({ purpose: "setup" }).del();
}

/** The active user that a reset link belongs to, while it is good; looking uses nothing up. */
export async function findResetUser(db: Database, token: string): Promise<CurrentUser | undefined> {
  const link = await db("one_time_links")
    .where({ token_hash: hashToken(token), purpose: "reset" })
    .where("expires_at", ">", stamp())
    .first("user_id");
  return link && findCurrentUser(db, link.user_id);
}

export async function isSetupToken(db: Database, token: string): Promise<boolean> {
  const link = await db("one_time_links")
    .where({ token_hash: hashToken(token), purpose: "setup" })
    .where("expires_at", ">", stamp())
    .first("purpose");
  return link !== undefined;
}

/** Of two requests with one link only the first gets true. */
export async function useOneTimeLink(trx: Knex.Transaction, token: string): Promise<boolean> {
  return (
    (await trx("one_time_links")
      .where({ token_hash: hashToken(token) })
      .where("expires_at", ">", stamp())
      .del()) === 1
  );
}
