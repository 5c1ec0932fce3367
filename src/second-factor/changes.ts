import { auditedChange, userEntry, type By as Whose } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { secondFactorMail } from "../mail/messages.ts";
import { findSecondFactorRule } from "../organization/queries.ts";
import type { Mailer } from "../outbox/mailer.ts";
import { ValidationError } from "../roles/errors.ts";
import type { User } from "../roles/people.ts";
import { endSessionsWithin } from "../sessions/changes.ts";
import { resetCodeAttempts } from "../throttling/throttle.ts";
import { withCode } from "./check.ts";
import { generateRecoveryCodes, hashRecoveryCode } from "./codes.ts";
import { deleteSecondFactor, findSecondFactor, insertSecondFactor, replaceRecoveryCodes } from "./queries.ts";
import { turnOffError } from "./rules.ts";

// All changes to a user's second factor, from pages and commands.

type By = Whose & { user: User };

/**
 * The user's other sessions started without it, and end.
 * @returns the recovery codes, to be shown once; undefined if there already was a second factor
 */
export async function enableSecondFactor(
  { db, mailer, config }: Pick<Deps, "db" | "mailer" | "config">,
  { actor, user, encryptedSecret, step, session }: By & { encryptedSecret: string; step: number; session: string },
): Promise<string[] | undefined> {
  const codes = generateRecoveryCodes();
  const by = { actor, user };
  const report = await auditedChange(db, userEntry("second-factor.enabled", by), async (trx) => {
    if (await findSecondFactor(trx, user.id)) return undefined;
    await insertSecondFactor(trx, { userId: user.id, encryptedSecret, step });
    await replaceRecoveryCodes(trx, user.id, codes.map(hashRecoveryCode));
    await endSessionsWithin(trx, { ...by, except: session, why: "second-factor" });
    await mailer.enqueue(trx, secondFactorMail(user, "enabled", config.baseUrl));
    return {};
  });
  return report && codes;
}

type WithCode = Pick<Deps, "db" | "mailer" | "config" | "logger">;

/** @returns the new codes, to be shown once; @throws ValidationError, TooManyAttempts */
export async function renewRecoveryCodes(deps: WithCode, { code, ...by }: By & { code: string }): Promise<string[]> {
  const codes = generateRecoveryCodes();
  await withCode(deps, { ...by, code, source: "session" }, (trx) =>
    auditedChange(trx, userEntry("second-factor.codes-renewed", by), async (inner) => {
      await replaceRecoveryCodes(inner, by.user.id, codes.map(hashRecoveryCode));
      return {};
    }),
  );
  return codes;
}

/** @throws ValidationError, TooManyAttempts */
export async function turnOffSecondFactor(deps: WithCode, { code, ...by }: By & { code: string }): Promise<void> {
  const entry = userEntry("second-factor.disabled", by);
  await withCode(deps, { ...by, code, source: "session" }, (trx) =>
    auditedChange(trx, entry, async (inner) => {
      const reason = turnOffError(await findSecondFactorRule(inner, by.user.organizationId), by.user.role);
      if (reason) throw new ValidationError({ form: reason });
      if (!(await deleteSecondFactor(inner, by.user.id))) return undefined;
      await resetCodeAttempts(inner, by.user);
      await deps.mailer.enqueue(inner, secondFactorMail(by.user, "disabled", deps.config.baseUrl));
      return {};
    }),
  );
}

/** For someone who lost their phone and recovery codes. @returns whether there was a second factor */
export async function removeSecondFactor(
  { db, mailer, config }: { db: Deps["db"]; mailer: Mailer; config: { baseUrl: string } },
  by: By,
): Promise<boolean> {
  const entry = userEntry("second-factor.removed", by);
  const report = await auditedChange(db, entry, async (trx) => {
    if (!(await deleteSecondFactor(trx, by.user.id))) return undefined;
    await resetCodeAttempts(trx, by.user);
    await mailer.enqueue(trx, secondFactorMail(by.user, "removed", config.baseUrl));
    return {};
  });
  return report !== undefined;
}
