import type { Database } from "../database/database.ts";
import { findMailProblem } from "../outbox/unsent-queries.ts";
import type { User } from "../roles/people.ts";
import { type FormattedTime, formatTime } from "../words/times.ts";
import { words } from "../words/words.ts";
import { confirmedEmailOf } from "./messages.ts";

/** What an Admin sees about an email that did not arrive, and what to do. */
export type MailProblem = { happened: string; advice: string; label: string; when: FormattedTime };

/** Undefined if the last email to the user's address was sent, or is queued. */
export async function mailProblem(
  db: Database,
  user: Pick<User, "id" | "email" | "confirmedEmail">,
): Promise<MailProblem | undefined> {
  const mail = await findMailProblem(db, { id: user.id, email: confirmedEmailOf(user) });
  if (!mail) return undefined;
  const texts = words().mailProblem;
  const failedAt = mail.failure && mail.failedAt;
  const { happened, advice } = texts[failedAt && mail.failure ? mail.failure : "waiting"];
  return {
    happened: happened(mail.subject),
    advice,
    label: failedAt ? texts.failedAt : texts.nextTry,
    when: formatTime(failedAt || mail.nextTryAt),
  };
}
