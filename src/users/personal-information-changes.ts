import { auditedChange, type By, changedFields, userEntry } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { emailChangedMails, emailConfirmedMails, mailAddressOf } from "../mail/messages.ts";
import { deleteResetLinks } from "../passwords/link-queries.ts";
import { moveAccountTries } from "../throttling/throttle.ts";
import { FormRefused } from "../web/form.ts";
import { addressTaken, isKey, orAddressTaken, refuseConflict, refuseKey, type Since, userIn } from "./changes.ts";
import { isEmailTaken, updatePersonalInformation, updateUser } from "./queries.ts";

type PersonalInformation = { firstName: string; lastName: string; email: string };

const emailOvertaken = "Someone changed this email meanwhile. Check the new one, then confirm it.";

/**
 * A changed email address ends the user's open reset links and is told to the address that mail went to and the new one.
 * One that a key sets is unconfirmed: mail goes to the last confirmed one until `confirmEmail`.
 */
export async function changePersonalInformation(
  { db, mailer, config }: Pick<Deps, "db" | "mailer" | "config">,
  { actor, user: subject, since, ...change }: By & Since & { person: Partial<PersonalInformation> },
): Promise<void> {
  const entry = userEntry("personal-information.updated", { actor, user: subject });
  await auditedChange(db, entry, async (trx) => {
    const user = await userIn(trx, subject);
    const before = { firstName: user.firstName, lastName: user.lastName, email: user.email };
    const person = { ...before, ...change.person };
    refuseKey(actor, { email: person.email }, user);
    await refuseConflict(trx, { user, since, actor, actions: [entry.action], theirs: before });
    const changes = changedFields(before, person);
    if (!changes) return undefined;
    if (changes.email && (await isEmailTaken(trx, person.email, user.id)))
      throw new FormRefused({ email: addressTaken });
    const after = { ...user, ...person };
    if (changes.email) {
      const confirmed = mailAddressOf(user);
      after.confirmedEmail = isKey(actor) && person.email !== confirmed ? confirmed : null;
    }
    await orAddressTaken(updatePersonalInformation(trx, user.organizationId, user.id, after));
    if (changes.email) {
      await moveAccountTries(trx, { from: user.email, to: person.email });
      await deleteResetLinks(trx, user.id);
      for (const mail of emailChangedMails(user, after, config.baseUrl)) await mailer.post(trx, mail);
    }
    return { changes };
  });
}

/**
 * From now on mail goes to the address that a key has set. Where it is confirmed already there is nothing to do.
 * @param email the address that the person saw and confirms
 * @throws FormRefused where it is another one by now
 */
export async function confirmEmail(
  { db, mailer }: Pick<Deps, "db" | "mailer">,
  { actor, user: subject, email }: By & { email: string },
): Promise<void> {
  await auditedChange(db, userEntry("email.confirmed", { actor, user: subject }), async (trx) => {
    const user = await userIn(trx, subject);
    if (user.email !== email) throw new FormRefused({ form: emailOvertaken });
    const changes = changedFields({ confirmedEmail: mailAddressOf(user) }, { confirmedEmail: user.email });
    if (!changes) return undefined;
    await updateUser(trx, user.organizationId, user.id, { confirmed_email: null });
    await deleteResetLinks(trx, user.id);
    for (const mail of emailConfirmedMails(user)) await mailer.post(trx, mail);
    return { changes };
  });
}
