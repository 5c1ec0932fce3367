import { expect, test } from "@jest/globals";
import * as messages from "../../src/mail/messages.ts";
import type { Message } from "../../src/outbox/mailer.ts";
import { formatDate } from "../../src/words/times.ts";
import { pseudoWords } from "../support/pseudo-language.ts";

// Mails in the pseudo-language. test/browser/pages.test.ts has the pages.

const [baseUrl, link] = ["https://roster.example", "https://roster.example/reset-password/abc"];
const ada = { id: 1, email: "ada@example.com", confirmedEmail: null, firstName: "Ada" };
const unconfirmed = { ...ada, confirmedEmail: "ada@old.example" };
const values = [
  `${baseUrl}/admin/managers?status=leaving`,
  baseUrl,
  link,
  ada.email,
  unconfirmed.confirmedEmail,
  "new@example.com",
  "Nightly export",
  "roster_abcd…",
  "Ada",
  "Max",
  "Acme",
  formatDate("2026-12-05", pseudoWords),
  "Europe/Berlin",
];
const end = { deactivateOn: "2026-12-05", timeZone: "Europe/Berlin", baseUrl };

type Mails = Exclude<keyof typeof messages, "confirmedEmailOf">;
const news = ["enabled", "disabled", "removed", "codeUsed"] as const;
const expiry = { name: "Nightly export", start: "roster_abcd", at: "2026-03-04T08:05:00.000Z", timeZone: "UTC" };
/** Each mail in each of its forms: one that is missing here does not compile. */
const mails: Record<Mails, (Message | Message[])[]> = {
  resetLinkMail: [1, 30].map((minutes) => messages.resetLinkMail(ada, { link, minutes })),
  invitationMail: ["Max", undefined].map((inviter) =>
    messages.invitationMail(ada, { link, days: 7, inviter, organization: "Acme", baseUrl }),
  ),
  passwordChangedMail: [true, false].map((byAdmin) => messages.passwordChangedMail(ada, { baseUrl, byAdmin })),
  emailChangedMails: [null, "ada@old.example"].map((confirmedEmail) =>
    messages.emailChangedMails(ada, { ...ada, email: "new@example.com", confirmedEmail }, baseUrl),
  ),
  emailConfirmedMails: [messages.emailConfirmedMails(unconfirmed)],
  secondFactorMail: news.map((what) => messages.secondFactorMail(ada, what, baseUrl)),
  keyExpiresMail: [true, false].map((isToday) => messages.keyExpiresMail(ada, { ...expiry, isToday, baseUrl })),
  keyGeneratedMail: [messages.keyGeneratedMail(ada, { name: "Nightly export", baseUrl })],
  endDateMail: [messages.endDateMail(ada, end)],
  leavingMail: [messages.leavingMail(ada, { ...end, leaving: [{ ...end, name: "Max", email: "new@example.com" }] })],
  lastAdminMail: [messages.lastAdminMail(ada, end)],
};

test.each(Object.entries(mails))("%s takes every word from the catalog, a paragraph from one entry", (_, written) => {
  for (const message of written.flat()) {
    const { subject, text } = message.write(pseudoWords);
    for (const said of [subject, ...text.trim().split("\n\n")]) {
      if (said === link) continue;
      // A time inside a sentence is its own entry.
      const paragraph = said.replace(/(?<=.)⟦[^⟦⟧]*⟧/g, "");
      expect(paragraph).toMatch(/^⟦[^⟦⟧]*⟧$/);
      const own = /\u202e[^\u202c]*\u202c/g;
      const given = values.reduce((left, value) => left.replaceAll(value, ""), paragraph.replace(own, ""));
      expect(given.replace(/[/a-z-]*(?=⟧)|\/[a-z/-]+/g, "")).not.toMatch(/\p{L}/u);
    }
  }
});
