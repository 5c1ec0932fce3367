import type { Logger } from "pino";
import { auditedChange } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import { decrypt } from "../platform/encryption.ts";
import { mailContext } from "./mailer.ts";
import { type DueMail, markFailed, markToRetry, organizationIdOf } from "./queries.ts";
import { explainMailError, type Failure, isPermanentFailure, retryDelay, withoutSecrets } from "./rules.ts";

/** The parts of an email that a mail server gets. */
export type DeliveredMail = Pick<DueMail, "id" | "uid" | "address" | "subject" | "createdAt"> & { text: string };

/** Resolves once the mail server has accepted the email. Rejects otherwise, also when `signal` aborts. */
export type Deliver = (mail: DeliveredMail, signal: AbortSignal) => Promise<void>;

export type SendContext = {
  db: Database;
  deliver: Deliver;
  /** Opens sealed texts. */
  secrets: string[];
  logger: Logger;
  /** Now, or this many milliseconds from now, as stored. */
  now: (milliseconds?: number) => string;
  workerId: string;
};

/** @returns whether it was accepted; if not, the row says when to try again, or that it failed */
export async function attemptSend(sending: SendContext, mail: DueMail, signal: AbortSignal): Promise<boolean> {
  const { secrets, now } = sending;
  if (mail.encryptedText !== null && mail.expiresAt <= now()) return failMail(sending, mail, { failure: "expired" });
  const text = mail.text ?? decrypt(secrets, { encrypted: mail.encryptedText ?? "", context: mailContext(mail.uid) });
  if (text === undefined) return failMail(sending, mail, { failure: "unreadable" });
  try {
    await sending.deliver({ ...mail, text }, signal);
    return true;
  } catch (error) {
    return scheduleRetry(
      sending,
      { ...mail, tries: mail.tries + 1 },
      Error.isError(error) ? error : new Error(String(error)),
    );
  }
}

async function scheduleRetry(sending: SendContext, mail: DueMail, error: Error): Promise<false> {
  const { db, now, workerId, logger } = sending;
  const { id, tries, expiresAt } = mail;
  const why = {
    code: "code" in error ? error.code : undefined,
    reason: withoutSecrets(explainMailError(error.message), mail.address),
  };
  if (isPermanentFailure(error)) return failMail(sending, mail, { failure: "refused", ...why });
  if (expiresAt <= now()) return failMail(sending, mail, { failure: "given-up", ...why });
  const next = now(retryDelay(tries));
  const nextTryAt = next < expiresAt ? next : expiresAt;
  await markToRetry(db, id, { by: workerId, tries, error: why.reason, nextTryAt });
  logger.warn({ mail: id, tries, nextTryAt, ...why }, "a mail could not be sent yet");
  return false;
}

async function failMail(
  { db, now, workerId, logger }: SendContext,
  { id, userId, subject, tries }: DueMail,
  { failure, ...why }: { failure: Failure; code?: unknown; reason?: string },
): Promise<false> {
  const organizationId = await organizationIdOf(db, userId);
  const entry = { actor: { kind: "system" }, organizationId, subjectId: userId, action: "mail.failed" } as const;
  await auditedChange(db, entry, async (trx) => {
    const isEnded = await markFailed(trx, id, { by: workerId, tries, error: why.reason ?? null, failure, at: now() });
    const changes = { mail: { before: null, after: subject }, failure: { before: null, after: failure } };
    return isEnded ? { changes } : undefined;
  });
  logger.error({ mail: id, tries, failure, ...why }, "a mail could not be sent");
  return false;
}
