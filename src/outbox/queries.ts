import type { Knex } from "knex";
import { deleteInBatches } from "../database/batches.ts";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { timestamp } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";
import type { Failure } from "./rules.ts";

/** What a delivery is; a worker for each sends it. */
export type DeliveryKind = "mail" | "log-out";

export type NewDelivery = {
  uid: string;
  userId: number;
  /** An email address, or the back-channel address of an application. */
  address: string;
  /** For an application its name. */
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

const insertedDelivery = prepared<NewDelivery & { kind: DeliveryKind; now: string }>((db, $) =>
  db("deliveries").insert({
    kind: $.kind,
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

export async function insertDelivery(trx: Knex.Transaction, kind: DeliveryKind, delivery: NewDelivery): Promise<void> {
  await insertedDelivery.run(trx, { ...delivery, kind, now: timestamp() });
}

const unsent = { sent_at: null, failed_at: null };
const noText = { text: null, encrypted_text: null };
const unclaimed = { claimed_by: "", claimed_until: "" };

/** What a process has claimed. `tries` counts the earlier ones. */
export type DueDelivery = Omit<NewDelivery, "text"> & {
  id: number;
  text: string | null;
  createdAt: string;
  tries: number;
};

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

type Claim = { kind: DeliveryKind; by: string; now: string; until: string };

/**
 * Claims the delivery that has been due longest; no other process takes it before `until`. The condition on the claim
 * appears twice, so that of two simultaneous processes the second one checks the row again. Writes nothing if nothing
 * is due.
 * @param except addresses that are waiting for an answer
 */
export async function claimNext(
  db: Database,
  { kind, by, now, until }: Claim,
  except: readonly string[],
): Promise<DueDelivery | undefined> {
  const isFree = (query: Knex.QueryBuilder) => query.where({ kind, ...unsent }).where("claimed_until", "<=", now);
  const next = await db("deliveries")
    .modify(isFree)
    .where("next_try_at", "<=", now)
    .whereNotIn("address", except)
    .orderBy(["next_try_at", "id"])
    .first(dueColumns);
  if (!next) return undefined;
  const isClaimed = await db("deliveries")
    .where({ id: next.id })
    .modify(isFree)
    .update({ claimed_by: by, claimed_until: until });
  return isClaimed ? next : undefined;
}

/** Extends the claim on slow ones. */
export async function extendClaims(db: Database, { by, until }: Pick<Claim, "by" | "until">): Promise<void> {
  await db("deliveries")
    .where({ claimed_by: by, ...unsent })
    .update({ claimed_until: until });
}

/** The text is no longer needed. Applies even if another process has claimed it meanwhile: accepted is final. */
export async function markSent(db: Database, ids: readonly number[], at: string): Promise<void> {
  await db("deliveries")
    .whereIn("id", ids)
    .update({ ...noText, ...unclaimed, tries: db.raw("tries + 1"), sent_at: at, failed_at: null, failure: null });
}

type Outcome = { by: string; tries: number; error: string | null };

export async function markToRetry(
  db: Database,
  id: number,
  { by, tries, error, nextTryAt }: Outcome & { nextTryAt: string },
): Promise<void> {
  await db("deliveries")
    .where({ id, claimed_by: by, ...unsent })
    .update({ ...unclaimed, tries, last_error: error, next_try_at: nextTryAt });
}

/** Deletes a sealed text; others stay for `retry-mail`. @returns whether we still had the claim */
export async function markFailed(
  trx: Knex.Transaction,
  id: number,
  { by, tries, error, failure, at }: Outcome & { failure: Failure; at: string },
): Promise<boolean> {
  const ended = await trx("deliveries")
    .where({ id, claimed_by: by, ...unsent })
    .update({ ...unclaimed, encrypted_text: null, tries, last_error: error, failure, failed_at: at });
  return ended === 1;
}

const deletedSecrets = prepared<{ userId: number }>((db, $) =>
  db("deliveries").where({ user_id: $.userId }).whereNull("sent_at").whereNotNull("encrypted_text").del(),
);

/** Unsent emails whose secret has expired or ended, which makes them useless. */
export async function deleteUnsentSecrets(trx: Knex.Transaction, userId: number): Promise<void> {
  await deletedSecrets.run(trx, { userId });
}

/** Those that were sent, or failed, before that moment. */
export async function deleteOldDeliveries(db: Database, before: string): Promise<void> {
  await deleteInBatches(db, {
    table: "deliveries",
    key: "id",
    choose: (query) => query.where("sent_at", "<", before).orWhere("failed_at", "<", before),
  });
}

export async function organizationIdOf(db: Database, userId: number): Promise<OrganizationId> {
  const row = await db("users").where({ id: userId }).first({ organizationId: "organization_id" });
  return row.organizationId;
}
