import type { Knex } from "knex";
import { deleteInBatches } from "../database/batches.ts";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { timestamp } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";
import type { Failure } from "./rules.ts";

type NewMail = {
  uid: string;
  userId: number;
  address: string;
  subject: string;
  text: string | null;
  encryptedText: string | null;
  expiresAt: string;
};

const languages = prepared<{ userId: number }, { person: string | null; organization: string | null }>((db, $) =>
  db("users")
    .join("organizations", "organizations.id", "users.organization_id")
    .where("users.id", $.userId)
    .select({ person: "users.language", organization: "organizations.language" }),
);

/** The choices of the recipient and their organization. */
export async function findLanguages(db: Database, userId: number) {
  return (await languages.first(db, { userId })) ?? { person: null, organization: null };
}

const insertedMail = prepared<NewMail & { now: string }>((db, $) =>
  db("mails").insert({
    uid: $.uid,
    user_id: $.userId,
    address: $.address,
    subject: $.subject,
    text: $.text,
    encrypted_text: $.encryptedText,
    created_at: $.now,
    next_try_at: $.now,
    expires_at: $.expiresAt,
  }),
);

export async function insertMail(trx: Knex.Transaction, mail: NewMail): Promise<void> {
  await insertedMail.run(trx, { ...mail, now: timestamp() });
}

const unsent = { sent_at: null, failed_at: null };
const noText = { text: null, encrypted_text: null };
const unclaimed = { claimed_by: "", claimed_until: "" };

/** An email that a process has claimed. `tries` counts the earlier ones. */
export type DueMail = Omit<NewMail, "text"> & { id: number; text: string | null; createdAt: string; tries: number };

const dueColumns = {
  id: "id",
  uid: "uid",
  userId: "user_id",
  address: "address",
  subject: "subject",
  text: "text",
  encryptedText: "encrypted_text",
  createdAt: "created_at",
  expiresAt: "expires_at",
  tries: "tries",
};

type Claim = { by: string; now: string; until: string };

/**
 * Claims emails that are due, the oldest first; no other process takes them before `until`. The condition on the claim
 * appears twice, so that of two simultaneous processes the second one checks the row again. Writes nothing if nothing
 * is due.
 */
export async function claimDueMails(db: Database, { by, now, until }: Claim, limit: number): Promise<DueMail[]> {
  const isFree = (query: Knex.QueryBuilder) => query.where(unsent).where("claimed_until", "<=", now);
  const ids = await db("mails")
    .modify(isFree)
    .where("next_try_at", "<=", now)
    .orderBy(["next_try_at", "id"])
    .limit(limit)
    .pluck("id");
  if (ids.length === 0) return [];
  const claimed = await db("mails")
    .whereIn("id", ids)
    .modify(isFree)
    .update({ claimed_by: by, claimed_until: until })
    .returning("id");
  const claimedIds = claimed.map(({ id }) => id);
  return db("mails").whereIn("id", claimedIds).orderBy("id").select(dueColumns);
}

/** Extends the claim on slow emails. */
export async function extendClaims(db: Database, { by, until }: Omit<Claim, "now">): Promise<void> {
  await db("mails")
    .where({ claimed_by: by, ...unsent })
    .update({ claimed_until: until });
}

/** The text is no longer needed. Applies even if another process has claimed it meanwhile: accepted is final. */
export async function markSent(db: Database, ids: readonly number[], at: string): Promise<void> {
  await db("mails")
    .whereIn("id", ids)
    .update({ ...noText, ...unclaimed, tries: db.raw("tries + 1"), sent_at: at, failed_at: null, failure: null });
}

type Outcome = { by: string; tries: number; error: string | null };

export async function markToRetry(
  db: Database,
  id: number,
  { by, tries, error, nextTryAt }: Outcome & { nextTryAt: string },
): Promise<void> {
  await db("mails")
    .where({ id, claimed_by: by, ...unsent })
    .update({ ...unclaimed, tries, last_error: error, next_try_at: nextTryAt });
}

/** Deletes a sealed text; others stay for `retry-mail`. @returns whether we still had the claim */
export async function markFailed(
  trx: Knex.Transaction,
  id: number,
  { by, tries, error, failure, at }: Outcome & { failure: Failure; at: string },
): Promise<boolean> {
  const ended = await trx("mails")
    .where({ id, claimed_by: by, ...unsent })
    .update({ ...unclaimed, encrypted_text: null, tries, last_error: error, failure, failed_at: at });
  return ended === 1;
}

const deletedSecrets = prepared<{ userId: number }>((db, $) =>
  db("mails").where({ user_id: $.userId }).whereNull("sent_at").whereNotNull("encrypted_text").del(),
);

/** Unsent emails whose secret has expired or ended, which makes them useless. */
export async function deleteUnsentSecrets(trx: Knex.Transaction, userId: number): Promise<void> {
  await deletedSecrets.run(trx, { userId });
}

/** Those that were sent, or failed, before that moment. */
export async function deleteOldMails(db: Database, before: string): Promise<void> {
  await deleteInBatches(db, {
    table: "mails",
    key: "id",
    choose: (query) => query.where("sent_at", "<", before).orWhere("failed_at", "<", before),
  });
}

export async function organizationIdOf(db: Database, userId: number): Promise<OrganizationId> {
  const row = await db("users").where({ id: userId }).first({ organizationId: "organization_id" });
  return row.organizationId;
}
