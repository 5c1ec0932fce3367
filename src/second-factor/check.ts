import type { Knex } from "knex";
import { type Actor, auditedChange, userEntry } from "../audit/audited-change.ts";
import { recordHourly } from "../audit/record-hourly.ts";
import type { Deps } from "../deps.ts";
import { secondFactorMail } from "../mail/messages.ts";
import { ValidationError } from "../roles/errors.ts";
import type { User } from "../roles/people.ts";
import { type CodeSource, countCodeAttempt } from "../throttling/throttle.ts";
import { words } from "../words/words.ts";
import { hashRecoveryCode, parseDigits } from "./codes.ts";
import { decrypt } from "./encryption.ts";
import { findSecondFactor, useRecoveryCode, useStep } from "./queries.ts";
import { matchingStep } from "./totp.ts";

type CodeUse = { actor: Actor; user: User; code: string; source: CodeSource };
type CheckDeps = Pick<Deps, "db" | "config" | "logger" | "mailer">;

/**
 * Does what needs a code, and uses the code up in the same transaction: both happen or neither does.
 * @param use code the six digits of the app, or a recovery code
 * @throws ValidationError at `code` if it is wrong or used; TooManyAttempts
 */
export async function withCode<T>(
  deps: CheckDeps,
  { actor, user, code, source }: CodeUse,
  change: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  const { db, mailer, config } = deps;
  const by = { actor, user };
  const isRecovery = parseDigits(code) === undefined;
  const resetAttempts = await countCodeAttempt(db, user, { source, isRecovery });
  const done = await db.transaction(async (trx) => {
    const used = await useCode(deps, trx, { user, code });
    if (!used) return undefined;
    if (used === "recovery code") {
      await auditedChange(trx, userEntry("second-factor.code-used", by), noChanges);
      await mailer.enqueue(trx, secondFactorMail(user, "codeUsed", config.baseUrl));
    }
    return { result: await change(trx) };
  });
  if (!done) {
    const refused = userEntry("second-factor.refused", by);
    // Wrong recovery codes can be endless.
    await (isRecovery ? recordHourly(db, refused) : auditedChange(db, refused, noChanges));
    throw new ValidationError({ code: words().secondFactor.wrongCode });
  }
  await resetAttempts();
  return done.result;
}

const noChanges = async (): Promise<object> => ({});

async function useCode(
  { config, logger }: CheckDeps,
  trx: Knex.Transaction,
  { user, code }: { user: User; code: string },
): Promise<"app" | "recovery code" | undefined> {
  const digits = parseDigits(code);
  if (!digits) return (await useRecoveryCode(trx, user.id, hashRecoveryCode(code))) ? "recovery code" : undefined;
  const factor = await findSecondFactor(trx, user.id);
  if (!factor) return undefined;
  const secret = decrypt(factor.encryptedSecret, { dataDir: config.dataDir, userId: user.id });
  // Recovery codes still work then, and an Admin can remove the factor.
  if (!secret) logger.error({ user: user.id }, "a second factor was encrypted under another factor-secret");
  const step = secret && matchingStep(secret, digits);
  return step !== undefined && (await useStep(trx, user.id, step)) ? "app" : undefined;
}
