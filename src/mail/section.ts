import type { Database } from "../database/database.ts";
import { findMailTrouble } from "../outbox/unsent-queries.ts";
import { type Moment, moment } from "../platform/time.ts";
import type { User } from "../roles/people.ts";
import { words } from "../words/words.ts";
import { mailAddressOf } from "./messages.ts";

/** What an Admin learns of a mail that did not arrive, and what there is to do. */
export type MailTrouble = { happened: string; advice: string; label: string; when: Moment };

/** Undefined where the last mail to the user's address was sent, or is on its way. */
export async function mailTrouble(
  db: Database,
  user: Pick<User, "id" | "email" | "confirmedEmail">,
): Promise<MailTrouble | undefined> {
  const mail = await findMailTrouble(db, { id: user.id, email: mailAddressOf(user) });
  if (!mail) return undefined;
  const said = words().mailTrouble;
  const failedAt = mail.failure && mail.failedAt;
  const { happened, advice } = said[failedAt && mail.failure ? mail.failure : "waiting"];
  return {
    happened: happened(mail.subject),
    advice,
    label: failedAt ? said.failedAt : said.nextTry,
    when: moment(failedAt || mail.nextTryAt),
  };
}
