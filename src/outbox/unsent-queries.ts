import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import type { Failure } from "./rules.ts";

/** An email that was not sent, for Admins and the operator. */
export type UnsentMail = {
  id: number;
  userId: number;
  address: string;
  subject: string;
  createdAt: string;
  nextTryAt: string;
  tries: number;
  lastError: string | null;
  failedAt: string | null;
  failure: Failure | null;
  /** False for a failed reset link, whose text is deleted. */
  hasText: boolean;
};

const columns = {
  id: "id",
  userId: "user_id",
  address: "address",
  subject: "subject",
  createdAt: "created_at",
  nextTryAt: "next_try_at",
  tries: "tries",
  lastError: "last_error",
  failedAt: "failed_at",
  failure: "failure",
};

function selectUnsent(query: Knex.QueryBuilder, db: Database): Knex.QueryBuilder {
  return query.select(columns, { hasText: db.raw("coalesce(text, encrypted_text) is not null") });
}

export async function listUnsentMails(db: Database, { failed }: { failed: boolean }): Promise<UnsentMail[]> {
  const rows = await selectUnsent(db("deliveries"), db)
    .where({ kind: "mail", sent_at: null })
    .modify((query) => {
      if (failed) query.whereNotNull("failed_at");
    })
    .orderBy("id");
  return rows.map((row: UnsentMail) => ({ ...row, hasText: Boolean(row.hasText) }));
}

const mailProblem = prepared<{ id: number; email: string }, UnsentMail>((db, $) => {
  const mine = { kind: "mail", user_id: $.id, address: $.email };
  const lastSent = db("deliveries").where(mine).whereNotNull("sent_at").max("id");
  return selectUnsent(db("deliveries"), db)
    .where({ ...mine, sent_at: null })
    .where((query) => query.where("tries", ">", 0).orWhereNotNull("failed_at"))
    .where("id", ">", db.raw("coalesce(?, 0)", [lastSent]))
    .orderBy("id", "desc")
    .limit(1);
});

/** The newest email to this address that failed or is being retried; undefined if one was sent after it. */
export async function findMailProblem(
  db: Database,
  { id, email }: { id: number; email: string },
): Promise<UnsentMail | undefined> {
  return mailProblem.first(db, { id, email });
}

/**
 * Due immediately, with its earlier tries counted; a secret keeps its expiry.
 * @returns false if it was sent, or no longer has a text
 */
export async function requeueMail(
  trx: Knex.Transaction,
  id: number,
  { now, expiresAt }: { now: string; expiresAt: string },
): Promise<boolean> {
  const end = trx.raw("case when encrypted_text is null then ? else expires_at end", [expiresAt]);
  const again = await trx("deliveries")
    .where({ id, sent_at: null })
    .whereRaw("coalesce(text, encrypted_text) is not null")
    .update({ failed_at: null, failure: null, next_try_at: now, expires_at: end, tries: 0, last_error: null });
  return again === 1;
}

/** An email that a newer one has replaced. */
export async function deleteMail(trx: Knex.Transaction, id: number): Promise<void> {
  await trx("deliveries").where({ id }).del();
}

/** Whether there is a later email to this user, in any state. */
export async function hasLaterMail(db: Database, { id, userId }: Pick<UnsentMail, "id" | "userId">): Promise<boolean> {
  return (
    (await db("deliveries").where({ kind: "mail", user_id: userId }).where("id", ">", id).first("id")) !== undefined
  );
}
