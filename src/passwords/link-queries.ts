import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { deleteUnsentSecrets } from "../outbox/queries.ts";
import { hashToken } from "../platform/secrets.ts";
import { timestamp, timestampIn } from "../platform/time.ts";

// One-time links to choose a new password and to set Roster up.

/** The lifetime of a reset link, in minutes. */
export const resetMinutes = 30;

export type OneTimeLink = { token: string; purpose: "setup" | "reset"; userId?: number; lifetimeMs: number };

/** Stores only the token's hash. @param link lifetime in milliseconds */
export async function insertOneTimeLink(
  trx: Knex.Transaction,
  { token, purpose, userId, lifetimeMs }: OneTimeLink,
): Promise<void> {
  await trx("one_time_links").insert({
    token_hash: hashToken(token),
    purpose,
    user_id: userId ?? null,
    expires_at: timestampIn(lifetimeMs),
  });
  await trx("one_time_links").where("expires_at", "<=", timestamp()).del();
}

/** Replaces every earlier setup link. */
export async function deleteSetupLinks(trx: Knex.Transaction): Promise<void> {
  await trx("one_time_links").where({ purpose: "setup" }).del();
}

/** Including queued emails. */
export async function deleteResetLinks(trx: Knex.Transaction, userId: number): Promise<void> {
  await trx("one_time_links").where({ user_id: userId }).del();
  await deleteUnsentSecrets(trx, userId);
}

/** The user of a valid reset link; reading uses nothing up. */
export async function findResetLink(db: Database, token: string): Promise<{ userId: number } | undefined> {
  return db("one_time_links")
    .where({ token_hash: hashToken(token), purpose: "reset" })
    .where("expires_at", ">", timestamp())
    .first({ userId: "user_id" });
}

export async function isSetupToken(db: Database, token: string): Promise<boolean> {
  const link = await db("one_time_links")
    .where({ token_hash: hashToken(token), purpose: "setup" })
    .where("expires_at", ">", timestamp())
    .first("purpose");
  return link !== undefined;
}

/** If two requests use the same link, only the first gets true. */
export async function useOneTimeLink(trx: Knex.Transaction, token: string): Promise<boolean> {
  return (
    (await trx("one_time_links")
      .where({ token_hash: hashToken(token) })
      .where("expires_at", ">", timestamp())
      .del()) === 1
  );
}
