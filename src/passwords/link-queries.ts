import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { deleteUnsentSecrets } from "../outbox/queries.ts";
import { hashToken } from "../platform/secrets.ts";
import { timestamp, timestampIn } from "../platform/time.ts";

// One-time links to choose a password, after forgetting it or when invited, and to set Roster up.

/** The lifetime of a reset link, in minutes. */
export const resetMinutes = 30;

/** The lifetime of an invitation link, in days. */
export const invitationDays = 7;

type Purpose = "setup" | "reset" | "invitation";
/** `isMailed`: only in an email to the user, so that using it proves the address. */
export type OneTimeLink = { token: string; purpose: Purpose; userId?: number; isMailed: boolean; lifetimeMs: number };

type StoredLink = { hash: string; purpose: Purpose; userId: number | null; isMailed: boolean; expiresAt: string };
const insertedLink = prepared<StoredLink>((db, $) =>
  db("one_time_links").insert({
    token_hash: $.hash,
    purpose: $.purpose,
    user_id: $.userId,
    is_mailed: $.isMailed,
    expires_at: $.expiresAt,
  }),
);
const deletedOldLinks = prepared<{ now: string }>((db, $) =>
  db("one_time_links").where("expires_at", "<=", $.now).del(),
);

/** Stores only the token's hash. @param link lifetime in milliseconds @returns when it expires */
export async function insertOneTimeLink(
  trx: Knex.Transaction,
  { token, purpose, userId, isMailed, lifetimeMs }: OneTimeLink,
): Promise<string> {
  const expiresAt = timestampIn(lifetimeMs);
  await insertedLink.run(trx, { hash: hashToken(token), purpose, userId: userId ?? null, isMailed, expiresAt });
  await deletedOldLinks.run(trx, { now: timestamp() });
  return expiresAt;
}

/** Replaces every earlier setup link. */
export async function deleteSetupLinks(trx: Knex.Transaction): Promise<void> {
  await trx("one_time_links").where({ purpose: "setup" }).del();
}

const deletedUserLinks = prepared<{ userId: number }>((db, $) =>
  db("one_time_links").where({ user_id: $.userId }).del(),
);

/** All of the user's, including queued emails. */
export async function deleteUserLinks(trx: Knex.Transaction, userId: number): Promise<void> {
  await deletedUserLinks.run(trx, { userId });
  await deleteUnsentSecrets(trx, userId);
}

/** The user of a valid link for that purpose; reading uses nothing up. */
export async function findUserLink(
  db: Database,
  token: string,
  purpose: "reset" | "invitation",
): Promise<{ userId: number } | undefined> {
  return db("one_time_links")
    .where({ token_hash: hashToken(token), purpose })
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

/** If two requests use the same link, only the first gets it. */
export async function useOneTimeLink(
  trx: Knex.Transaction,
  token: string,
): Promise<Pick<OneTimeLink, "isMailed"> | undefined> {
  const open = trx("one_time_links")
    .where({ token_hash: hashToken(token) })
    .where("expires_at", ">", timestamp());
  const link = await open.clone().first("is_mailed");
  return (await open.del()) === 1 ? { isMailed: Boolean(link.is_mailed) } : undefined;
}
