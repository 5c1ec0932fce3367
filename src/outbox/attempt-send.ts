import type { Logger } from "pino";
import { auditedChange } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import { decrypt } from "../platform/encryption.ts";
import { sealContext } from "./mailer.ts";
import { type DeliveryKind, type DueDelivery, markFailed, markToRetry, organizationIdOf } from "./queries.ts";
import { type Failure, retryDelay } from "./rules.ts";

/** What a mail server or an application gets. */
export type Delivered = Pick<DueDelivery, "id" | "uid" | "userId" | "address" | "subject" | "createdAt"> & {
  text: string;
};

/** Resolves once the other side has accepted it. Rejects otherwise, also when `signal` aborts. */
export type Deliver = (delivery: Delivered, signal: AbortSignal) => Promise<void>;

/** How one kind of delivery is sent. */
export type Channel = {
  kind: DeliveryKind;
  deliver: Deliver;
  /** The most tries at the same time, each for another address. */
  concurrency: number;
  /** The most time for one try. */
  timeoutMs: number;
  /** Whether another try would be useless. */
  isPermanentFailure: (error: Error) => boolean;
  /** For the log and the operator. */
  explain: (message: string, delivery: Pick<DueDelivery, "address">) => string;
  failedAction: "mail.failed" | "application.log-out-failed";
};

export type SendContext = {
  db: Database;
  channel: Channel;
  /** Opens sealed texts. */
  secrets: string[];
  logger: Logger;
  /** Now, or this many milliseconds from now, as stored. */
  now: (milliseconds?: number) => string;
  workerId: string;
};

/** @returns whether it was accepted; if not, the row says when to try again, or that it failed */
export async function attemptSend(sending: SendContext, delivery: DueDelivery, signal: AbortSignal): Promise<boolean> {
  const { secrets, now } = sending;
  if (delivery.encryptedText !== null && delivery.expiresAt <= now())
    return failDelivery(sending, delivery, { failure: "expired" });
  const text =
    delivery.text ?? decrypt(secrets, { encrypted: delivery.encryptedText ?? "", context: sealContext(delivery.uid) });
  if (text === undefined) return failDelivery(sending, delivery, { failure: "unreadable" });
  try {
    await sending.channel.deliver({ ...delivery, text }, signal);
    return true;
  } catch (error) {
    return scheduleRetry(
      sending,
      { ...delivery, tries: delivery.tries + 1 },
      Error.isError(error) ? error : new Error(String(error)),
    );
  }
}

async function scheduleRetry(sending: SendContext, delivery: DueDelivery, error: Error): Promise<false> {
  const { db, now, workerId, logger, channel } = sending;
  const { id, tries, expiresAt } = delivery;
  const why = {
    code: "code" in error ? error.code : undefined,
    reason: channel.explain(error.message, delivery),
  };
  if (channel.isPermanentFailure(error)) return failDelivery(sending, delivery, { failure: "refused", ...why });
  if (expiresAt <= now()) return failDelivery(sending, delivery, { failure: "given-up", ...why });
  const next = now(retryDelay(tries));
  const nextTryAt = next < expiresAt ? next : expiresAt;
  await markToRetry(db, id, { by: workerId, tries, error: why.reason, nextTryAt });
  logger.warn({ [channel.kind]: id, tries, nextTryAt, ...why }, `a ${channel.kind} could not be sent yet`);
  return false;
}

async function failDelivery(
  { db, now, workerId, logger, channel }: SendContext,
  { id, userId, subject, tries }: DueDelivery,
  { failure, ...why }: { failure: Failure; code?: unknown; reason?: string },
): Promise<false> {
  const organizationId = await organizationIdOf(db, userId);
  const entry = { actor: { kind: "system" }, organizationId, subjectId: userId, action: channel.failedAction } as const;
  await auditedChange(db, entry, async (trx) => {
    const isEnded = await markFailed(trx, id, { by: workerId, tries, error: why.reason ?? null, failure, at: now() });
    const what = channel.kind === "mail" ? "mail" : "application";
    const changes = { [what]: { before: null, after: subject }, failure: { before: null, after: failure } };
    return isEnded ? { changes } : undefined;
  });
  logger.error({ [channel.kind]: id, tries, failure, ...why }, `a ${channel.kind} could not be sent`);
  return false;
}
