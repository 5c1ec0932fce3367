import type { Message } from "../outbox/mailer.ts";
import { type Words, wordsIn } from "../words/words.ts";

type Recipient = { id: number; email: string; confirmedEmail: string | null; firstName: string };

/** Where a user's email goes: the last confirmed address. */
export const mailAddressOf = ({ email, confirmedEmail }: Pick<Recipient, "email" | "confirmedEmail">): string =>
  confirmedEmail ?? email;

type Parts = [person: Recipient, subject: string, paragraphs: string[], to?: string];

function compose(words: Words, ...[person, subject, paragraphs, to = mailAddressOf(person)]: Parts): Message {
  const text = `${[words.mails.hello(person.firstName), ...paragraphs].join("\n\n")}\n`;
  return { userId: person.id, to, subject, text };
}

// Still in English for everyone.
const letter = (...parts: Parts): Message => compose(wordsIn("en"), ...parts);

/** @param words the recipient's (recipient-queries.ts) */
export function resetLinkMail(
  words: Words,
  person: Recipient,
  { link, minutes }: { link: string; minutes: number },
): Message {
  const { subject, asked, ignore } = words.mails.resetLink;
  return { ...compose(words, person, subject, [asked(minutes), link, ignore]), secretFor: minutes * 60_000 };
}

export function passwordChangedMail(
  words: Words,
  person: Recipient,
  { baseUrl, byAdmin }: { baseUrl: string; byAdmin: boolean },
): Message {
  const mail = words.mails.passwordChanged;
  const happened = byAdmin ? mail.byAdmin : mail.byYou;
  return compose(words, person, mail.subject, [happened, mail.unexpected(`${baseUrl}/forgot-password`)]);
}

/** To the address that emails went to and the new one, so that the reader of either one finds out. */
export function emailChangedMails(before: Recipient, after: Recipient, baseUrl: string): Message[] {
  const [old, isConfirmed] = [mailAddressOf(before), after.confirmedEmail === null];
  const subject = "Your Roster e-mail address was changed";
  const said = `the e-mail address that you log in to Roster with was changed from ${before.email} to ${after.email}.`;
  const advice = "If you did not expect this, tell an Admin of your organization.";
  const page = `${baseUrl}/profile/confirm-email`;
  const here = isConfirmed
    ? `This address is no longer used. ${advice}`
    : `An API key changed it, so it is unconfirmed. Until you confirm it at ${page}, or an Admin does, links to choose a new password go to this address. ${advice}`;
  const there = `From now on, log in with it at ${baseUrl}/login. Links to choose a new password that were sent before do not work any more. ${advice}`;
  const confirm = `An API key changed it, so it is unconfirmed. Confirm it at ${page}: until then, links to choose a new password go to your last confirmed address.`;
  const toOld = letter(before, subject, [said, here], old);
  const toNew = letter(after, subject, [said, ...(isConfirmed ? [] : [confirm]), there], after.email);
  return old === after.email ? [toNew] : [toOld, toNew];
}

/** To the last confirmed address and the newly confirmed one. */
export function emailConfirmedMails(before: Recipient): Message[] {
  const subject = "Your Roster email address was confirmed";
  const said = `the email address ${before.email} of your Roster account was confirmed. Links to choose a new password now go there, and no longer to ${mailAddressOf(before)}.`;
  const advice = "If you did not expect this, tell an Admin of your organization.";
  return [mailAddressOf(before), before.email].map((to) => letter(before, subject, [said, advice], to));
}

const factorNews = {
  enabled: [
    "A second factor was set up for your Roster account",
    "a second factor was set up: from now on a code is asked for after your password. You were logged out everywhere else.",
  ],
  disabled: [
    "The second factor of your Roster account was turned off",
    "your second factor was turned off: from now on your password alone is asked for.",
  ],
  removed: [
    "The second factor of your Roster account was removed",
    "your second factor was removed for you: from now on your password alone is asked for. Set up another one on your own page.",
  ],
  codeUsed: [
    "A recovery code of your Roster account was used",
    "one of your recovery codes was used in place of a code from the app. It works no longer.",
  ],
} as const;

export function secondFactorMail(person: Recipient, news: keyof typeof factorNews, baseUrl: string): Message {
  const [subject, happened] = factorNews[news];
  return letter(person, subject, [
    happened,
    `If you did not expect this, choose another password at ${baseUrl}/forgot-password and tell an Admin of your organization.`,
  ]);
}

export function keyGeneratedMail(person: Recipient, { name, baseUrl }: { name: string; baseUrl: string }): Message {
  return letter(person, "A new API key acts as you in Roster", [
    `a new API key was generated for you: "${name}". Programs that have it act as you.`,
    `If you did not expect this, revoke it on your own page, ${baseUrl}/profile, and tell an Admin of your organization.`,
  ]);
}
