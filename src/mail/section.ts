import type { Database } from "../database/database.ts";
import type { Failure } from "../outbox/rules.ts";
import { findMailTrouble } from "../outbox/unsent-queries.ts";
import { type Moment, moment } from "../platform/time.ts";
import type { User } from "../roles/people.ts";
import { mailAddressOf } from "./messages.ts";

/** What an Admin sees about an email that did not arrive, and what to do. */
export type MailTrouble = { subject: string; happened: string; advice: string; when: Moment };

const another =
  "The user can ask for another with “Forgot password?”. If that is not sent either, tell whoever runs Roster.";

const failures: Record<Failure, { happened: string; advice: string }> = {
  refused: {
    happened: "was not sent: the mail server refused it for this address",
    advice: "Check the address. If it is right, tell whoever runs Roster, who can see what the mail server said.",
  },
  "given-up": {
    happened: "was not sent: it was tried for three days",
    advice: "Tell whoever runs Roster, who can see why and have it sent again.",
  },
  expired: { happened: "was not sent before the link in it ran out", advice: another },
  restored: {
    happened: "waited to be sent when a backup was made that was restored since; it may have been sent or not",
    advice: "If it did not arrive, tell whoever runs Roster, who can have it sent again.",
  },
  unreadable: { happened: "was not sent: the link in it cannot be read any more", advice: another },
};

/** Undefined if the last email to the user's address was sent, or is queued. */
export async function mailTrouble(
  db: Database,
  user: Pick<User, "id" | "email" | "confirmedEmail">,
): Promise<MailTrouble | undefined> {
  const mail = await findMailTrouble(db, { id: user.id, email: mailAddressOf(user) });
  if (!mail) return undefined;
  const { subject, failure, failedAt, nextTryAt } = mail;
  if (failure && failedAt) return { subject, ...failures[failure], when: moment(failedAt) };
  const happened = "could not be sent yet; the next try comes by itself";
  const advice = "If it goes on, tell whoever runs Roster.";
  return { subject, happened, advice, when: moment(nextTryAt) };
}
