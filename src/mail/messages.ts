import type { Message } from "../outbox/mailer.ts";
import { formatDate, formatTime } from "../words/times.ts";
import { type Words, withLocale } from "../words/words.ts";

type Recipient = { id: number; email: string; confirmedEmail: string | null; firstName: string };

/** Where a user's email goes: the last confirmed address. */
export const confirmedEmailOf = ({ email, confirmedEmail }: Pick<Recipient, "email" | "confirmedEmail">): string =>
  confirmedEmail ?? email;

type Letter = { subject: string; paragraphs: string[] };

/** @param write writes the email in the recipient's language */
const letter = (
  person: Recipient,
  write: (mails: Words["mails"], words: Words) => Letter,
  to = confirmedEmailOf(person),
): Message => ({
  userId: person.id,
  to,
  write: (words) => {
    const { mails } = words;
    const { subject, paragraphs } = write(mails, words);
    return { subject, text: `${[mails.hello(person.firstName), ...paragraphs].join("\n\n")}\n` };
  },
});

export function resetLinkMail(person: Recipient, { link, minutes }: { link: string; minutes: number }): Message {
  const message = letter(person, ({ resetLink: { subject, asked, ignore } }) => ({
    subject,
    paragraphs: [asked(minutes), link, ignore],
  }));
  return { ...message, secretLifetimeMs: minutes * 60_000 };
}

/** @param invitation `inviter` is the name of the person who invites; undefined if nobody did just now */
export function invitationMail(
  person: Recipient,
  invitation: { link: string; days: number; inviter: string | undefined; organization: string; baseUrl: string },
): Message {
  const { link, days, inviter, organization, baseUrl } = invitation;
  const message = letter(person, ({ invitation: said }) => ({
    subject: said.subject(organization),
    paragraphs: [
      inviter === undefined ? said.invited(organization) : said.invitedBy({ inviter, organization }),
      said.open(days),
      link,
      said.logIn({ email: person.email, link: `${baseUrl}/login` }),
      said.ignore,
    ],
  }));
  return { ...message, secretLifetimeMs: days * 86_400_000 };
}

export function passwordChangedMail(
  person: Recipient,
  { baseUrl, byAdmin }: { baseUrl: string; byAdmin: boolean },
): Message {
  return letter(person, ({ passwordChanged, chooseAnother }) => ({
    subject: passwordChanged.subject,
    paragraphs: [
      byAdmin ? passwordChanged.byAdmin : passwordChanged.byYou,
      chooseAnother(`${baseUrl}/forgot-password`),
    ],
  }));
}

/** To the address that emails went to and the new one, so that the reader of either one finds out. */
export function emailChangedMails(before: Recipient, after: Recipient, baseUrl: string): Message[] {
  const [old, isConfirmed] = [confirmedEmailOf(before), after.confirmedEmail === null];
  const page = `${baseUrl}/profile/confirm-email`;
  const toOld = letter(before, ({ emailChanged, tellAdmin }) => ({
    subject: emailChanged.subject,
    paragraphs: [
      emailChanged.changed({ before: before.email, after: after.email }),
      isConfirmed ? emailChanged.noLongerUsed : emailChanged.stillUsed(page),
      tellAdmin,
    ],
  }));
  const toNew = letter(
    after,
    ({ emailChanged, tellAdmin }) => ({
      subject: emailChanged.subject,
      paragraphs: [
        emailChanged.changed({ before: before.email, after: after.email }),
        ...(isConfirmed ? [] : [emailChanged.confirm(page)]),
        emailChanged.logIn(`${baseUrl}/login`),
        tellAdmin,
      ],
    }),
    after.email,
  );
  return old === after.email ? [toNew] : [toOld, toNew];
}

/** To the last confirmed address and the newly confirmed one. */
export function emailConfirmedMails(before: Recipient): Message[] {
  const old = confirmedEmailOf(before);
  return [old, before.email].map((to) =>
    letter(
      before,
      ({ emailConfirmed: { subject, confirmed }, tellAdmin }) => ({
        subject,
        paragraphs: [confirmed({ email: before.email, old }), tellAdmin],
      }),
      to,
    ),
  );
}

export function secondFactorMail(
  person: Recipient,
  news: keyof Words["mails"]["secondFactor"],
  baseUrl: string,
): Message {
  return letter(person, ({ secondFactor, chooseAnother }) => ({
    subject: secondFactor[news].subject,
    paragraphs: [secondFactor[news].happened, chooseAnother(`${baseUrl}/forgot-password`)],
  }));
}

export function keyGeneratedMail(person: Recipient, { name, baseUrl }: { name: string; baseUrl: string }): Message {
  return letter(person, ({ keyGenerated: { subject, generated, unexpected } }) => ({
    subject,
    paragraphs: [generated(name), unexpected(`${baseUrl}/profile`)],
  }));
}

/** @param expiry `isToday` is about the organization's day */
export function keyExpiresMail(
  person: Recipient,
  expiry: { name: string; start: string; at: string; timeZone: string; isToday: boolean; baseUrl: string },
): Message {
  const { name, start, at, timeZone, isToday, baseUrl } = expiry;
  return letter(person, ({ keyExpires }, words) => {
    const when = withLocale({ words, timeZone }, () => formatTime(at).exact);
    return {
      subject: isToday ? keyExpires.subjectToday : keyExpires.subject,
      paragraphs: [
        keyExpires.expires({ name, start: `${start}…`, when }),
        keyExpires.renew,
        keyExpires.own(`${baseUrl}/profile#api-keys`),
      ],
    };
  });
}

type EndDate = { deactivateOn: string; timeZone: string; baseUrl: string };

/** To someone whose last day comes soon. */
export function endDateMail(person: Recipient, { deactivateOn, timeZone }: Omit<EndDate, "baseUrl">): Message {
  return letter(person, ({ endDate: { subject, ends, wrong } }, words) => {
    const day = formatDate(deactivateOn, words);
    return { subject: subject(day), paragraphs: [ends({ day, zone: timeZone }), wrong] };
  });
}

/** To an Admin, about everyone whose last day comes soon. */
export function leavingMail(
  admin: Recipient,
  {
    leaving,
    timeZone,
    baseUrl,
  }: Omit<EndDate, "deactivateOn"> & { leaving: readonly { name: string; email: string; deactivateOn: string }[] },
): Message {
  return letter(admin, ({ endDate: { toAdmins } }, words) => ({
    subject: toAdmins.subject(leaving.length),
    paragraphs: [
      toAdmins.leaving(timeZone),
      leaving
        .map(({ deactivateOn, ...person }) => toAdmins.person({ ...person, day: formatDate(deactivateOn, words) }))
        .join("\n"),
      toAdmins.change(`${baseUrl}/admin/managers?status=leaving`),
    ],
  }));
}

/** To the last active Admin, who stays although the last day is over. */
export function lastAdminMail(person: Recipient, { deactivateOn, timeZone, baseUrl }: EndDate): Message {
  return letter(person, ({ endDate: { lastAdmin } }, words) => ({
    subject: lastAdmin.subject,
    paragraphs: [
      lastAdmin.kept({ day: formatDate(deactivateOn, words), zone: timeZone }),
      lastAdmin.next(`${baseUrl}/admin/managers`),
    ],
  }));
}
