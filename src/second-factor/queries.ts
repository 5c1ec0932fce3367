import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { timestamp } from "../platform/time.ts";

export type SecondFactor = { encryptedSecret: string; setUpAt: string; codesLeft: number };

const factorOfUser = prepared<{ userId: number }, SecondFactor>((db, $) =>
  db("second_factors")
    .where({ user_id: $.userId })
    .select({
      encryptedSecret: "encrypted_secret",
      setUpAt: "set_up_at",
      codesLeft: db("recovery_codes").where({ user_id: $.userId }).count(),
    }),
);

export async function findSecondFactor(db: Database, userId: number): Promise<SecondFactor | undefined> {
  const row = await factorOfUser.first(db, { userId });
  return row && { ...row, codesLeft: Number(row.codesLeft) };
}

/** @param factor its `step` is that of the code that confirmed it: that code is used up */
export async function insertSecondFactor(
  trx: Knex.Transaction,
  { userId, encryptedSecret, step }: { userId: number; encryptedSecret: string; step: number },
): Promise<void> {
  await trx("second_factors").insert({
    user_id: userId,
    encrypted_secret: encryptedSecret,
    set_up_at: timestamp(),
    last_step: step,
  });
}

/** @returns whether there was one */
export async function deleteSecondFactor(trx: Knex.Transaction, userId: number): Promise<boolean> {
  await trx("recovery_codes").where({ user_id: userId }).del();
  return (await trx("second_factors").where({ user_id: userId }).del()) === 1;
}

/** Of two tries with the same code only the first gets true, and none with an older one (RFC 6238, 5.2). */
export async function useStep(trx: Knex.Transaction, userId: number, step: number): Promise<boolean> {
  const used = await trx("second_factors")
    .where({ user_id: userId })
    .where("last_step", "<", step)
    .update({ last_step: step });
  return used === 1;
}

/** Of two tries with the same code only the first gets true. */
export async function useRecoveryCode(trx: Knex.Transaction, userId: number, codeHash: string): Promise<boolean> {
  return (await trx("recovery_codes").where({ user_id: userId, code_hash: codeHash }).del()) === 1;
}

/** Earlier codes stop working. */
export async function replaceRecoveryCodes(trx: Knex.Transaction, userId: number, hashes: string[]): Promise<void> {
  await trx("recovery_codes").where({ user_id: userId }).del();
  await trx("recovery_codes").insert(hashes.map((codeHash) => ({ user_id: userId, code_hash: codeHash })));
}

/** @returns its sealed form */
export async function readSharedSecret(db: Database, name: string): Promise<string | undefined> {
  const row = await db("shared_secrets").where({ name }).first("encrypted");
  return row?.encrypted;
}

/** If several processes start at the same moment, the first one sets it. */
export async function insertSharedSecret(db: Database, secret: { name: string; encrypted: string }): Promise<void> {
  await db("shared_secrets").insert(secret).onConflict("name").ignore();
}

export async function replaceSharedSecret(
  db: Database,
  { name, encrypted }: { name: string; encrypted: string },
): Promise<void> {
  await db("shared_secrets").where({ name }).update({ encrypted });
}
