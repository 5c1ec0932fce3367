import type { Action } from "../audit/actions.ts";
import { auditedChange, type By, changedFields, userEntry } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { confirmedEmailOf, emailConfirmedMails, passwordChangedMail } from "../mail/messages.ts";
import { deleteUserLinks } from "../passwords/link-queries.ts";
import { timestamp } from "../platform/time.ts";
import { ValidationError } from "../roles/errors.ts";
import { words } from "../words/words.ts";
import { actorIdOf, rejectApiKey, rejectConflict, type Since } from "./changes.ts";
import { requireUser, updateUser } from "./queries.ts";
import { replacePassword } from "./replace-password.ts";
import { isInvitationOpen } from "./rules.ts";

// Changes that let a user back in: the password, and the address that reset links go to.

const passwordActions: Action[] = ["password.updated", "password.chosen", "password.reset"];

/** Ends all of the user's sessions (except an Admin's own current one) and emails the user. */
export async function setPassword(
  { db, hashing, mailer, config }: Pick<Deps, "db" | "hashing" | "mailer" | "config">,
  {
    actor,
    user: subject,
    since,
    password,
    mustChange,
    exceptSession,
  }: By & Since & { password: string; mustChange: boolean; exceptSession?: string | undefined },
): Promise<void> {
  const hash = await hashing.hash(password);
  const entry = userEntry("password.updated", { actor, user: subject });
  await auditedChange(db, entry, async (trx) => {
    const user = await requireUser(trx, subject.organizationId, subject.id);
    rejectApiKey(actor, { password }, user);
    const theirs = { password: words().setPassword.other };
    await rejectConflict(trx, { user, since, actor, actions: passwordActions, theirs });
    await replacePassword(trx, { actor, user }, { hash, mustChange, exceptSession });
    const byAdmin = actorIdOf(actor) !== user.id;
    await mailer.enqueue(trx, passwordChangedMail(user, { baseUrl: config.baseUrl, byAdmin }));
    return {};
  });
}

/**
 * From now on email goes to the address that a key has set; links that went to the other one end. If it is already
 * confirmed there is nothing to do.
 * @param email the address that the person saw and confirms
 * @throws ValidationError if the address has changed since
 */
export async function confirmEmail(
  { db, mailer }: Pick<Deps, "db" | "mailer">,
  { actor, user: subject, email }: By & { email: string },
): Promise<void> {
  await auditedChange(db, userEntry("email.confirmed", { actor, user: subject }), async (trx) => {
    const user = await requireUser(trx, subject.organizationId, subject.id);
    if (user.email !== email) throw new ValidationError({ form: words().confirmEmail.overtaken });
    const changes = changedFields({ confirmedEmail: confirmedEmailOf(user) }, { confirmedEmail: user.email });
    if (!changes) return undefined;
    const ends = isInvitationOpen(user) && { invited_until: timestamp() };
    await updateUser(trx, user.organizationId, user.id, {
      confirmed_email: null,
      proven_email: user.email,
      ...ends,
    });
    await deleteUserLinks(trx, user.id);
    for (const mail of emailConfirmedMails(user)) await mailer.enqueue(trx, mail);
    return { changes };
  });
}
