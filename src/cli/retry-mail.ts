import { z } from "zod";
import { auditedChange } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import type { Mailer } from "../outbox/mailer.ts";
import { organizationIdOf } from "../outbox/queries.ts";
import { maxRetryMs } from "../outbox/rules.ts";
import { deleteMail, hasLaterMail, listUnsentMails, requeueMail, type UnsentMail } from "../outbox/unsent-queries.ts";
import { mailResetLink } from "../passwords/reset-link.ts";
import { idPattern } from "../platform/ids.ts";
import { timestamp, timestampIn } from "../platform/time.ts";
import { ValidationError } from "../roles/errors.ts";
import type { User } from "../roles/people.ts";
import { findUser } from "../users/queries.ts";
import { defineCommand, operator } from "./command.ts";
import { withInstallation } from "./installation.ts";

const schema = z.object({
  id: z
    .string()
    .regex(idPattern, "Enter the ID of an email, as list-mail shows it")
    .transform(Number)
    .optional()
    .meta({ form: "ID", description: "the email's ID, as list-mail shows it" }),
  failed: z.literal(true).optional().meta({ description: "all emails that failed" }),
});

export const retryMail = defineCommand({
  summary: "queues an email, or all that failed, to be sent again; the server retries for three days",
  schema,
  positional: "id",
  example: "--failed",
  run: async ({ id, failed }) => {
    if ((id === undefined) === (failed === undefined))
      throw new ValidationError("Enter the ID of an email, or --failed");
    return withInstallation(async ({ db, config, mailer }) => {
      const unsent = await listUnsentMails(db, { failed: failed === true });
      const selected = failed ? unsent : unsent.filter((mail) => mail.id === id);
      if (!failed && selected.length === 0) throw new ValidationError(`No queued or failed email has the ID ${id}`);
      const outcomes: Retry[] = [];
      for (const mail of selected) outcomes.push(await retry({ db, mailer, baseUrl: config.baseUrl }, mail));
      if (!failed) for (const { says, isRetried } of outcomes) if (!isRetried) throw new ValidationError(says);
      const lines = outcomes.length > 0 ? outcomes.map(({ says }) => says) : ["No failed emails."];
      const retried = outcomes.filter(({ isRetried }) => isRetried);
      const json = { data: retried.map(({ mail: { id, address, subject } }) => ({ id, address, subject })) };
      return { lines, json };
    });
  },
});

type Retry = { mail: UnsentMail; isRetried: boolean; says: string };

/** Reset links are stored nowhere, so a failed one is replaced by a new one if the user still needs it. */
async function retry(parts: { db: Database; mailer: Mailer; baseUrl: string }, mail: UnsentMail): Promise<Retry> {
  const { id, address, userId } = mail;
  if (await requeue(parts.db, mail))
    return { mail, isRetried: true, says: `Email ${id} to ${address} is queued to be sent again.` };
  return parts.db.transaction(async (trx) => {
    const user = await findUser(trx, await organizationIdOf(trx, userId), userId);
    const reason = await reasonAgainstNewLink(trx, mail, user);
    if (reason || !user)
      return {
        mail,
        isRetried: false,
        says: `Email ${id} to ${address} was not queued: its link no longer works, and ${reason}.`,
      };
    await mailResetLink({ ...parts, db: trx }, { user, actor: operator });
    await deleteMail(trx, id);
    return { mail, isRetried: true, says: `Email ${id} to ${address} was replaced by one with a new link.` };
  });
}

/** Undefined if the user still needs the link. */
async function reasonAgainstNewLink(
  db: Database,
  mail: UnsentMail,
  user: User | undefined,
): Promise<string | undefined> {
  if (user?.status !== "active") return "the user is inactive";
  if ((user.lastLoginAt ?? "") > mail.createdAt) return "the user has logged in since";
  return (await hasLaterMail(db, mail)) ? "the user has been sent a newer email" : undefined;
}

/** @returns false if it no longer has a text, because its link was a secret */
async function requeue(db: Database, { id, userId, subject }: UnsentMail): Promise<boolean> {
  const organizationId = await organizationIdOf(db, userId);
  const entry = { actor: operator, organizationId, subjectId: userId, action: "mail.requeued" } as const;
  const report = await auditedChange(db, entry, async (trx) => {
    const isDue = await requeueMail(trx, id, { now: timestamp(), expiresAt: timestampIn(maxRetryMs) });
    return isDue ? { changes: { mail: { before: null, after: subject } } } : undefined;
  });
  return report !== undefined;
}
