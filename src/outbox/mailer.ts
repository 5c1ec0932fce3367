import { randomUUID } from "node:crypto";
import type { Knex } from "knex";
import { encrypt } from "../platform/encryption.ts";
import { timestampIn } from "../platform/time.ts";
import { chooseLanguage, type Words, wordsIn } from "../words/words.ts";
import { findLanguages, insertDelivery } from "./queries.ts";
import { maxRetryMs } from "./rules.ts";

/** One recipient, plain text. */
export type Message = {
  userId: number;
  to: string;
  write: (words: Words) => { subject: string; text: string };
  /**
   * The text contains a secret that is valid for this many milliseconds: it is sealed, and sent within that time or
   * never.
   */
  secretLifetimeMs?: number;
};

export type Mailer = {
  /**
   * Writes the email, in the recipient's language, as a row in the change's own transaction: it is sent only if that
   * commits.
   */
  enqueue: (trx: Knex.Transaction, message: Message) => Promise<void>;
};

/** @param wake called after each commit; without it (commands) the server finds the emails at its next check */
export function createMailer(secrets: string[], wake: () => void = () => undefined): Mailer {
  return {
    enqueue: async (trx, { userId, to, write, secretLifetimeMs }) => {
      const uid = randomUUID();
      const { subject, text } = write(wordsIn(chooseLanguage(await findLanguages(trx, userId))));
      const texts =
        secretLifetimeMs === undefined
          ? { text, encryptedText: null }
          : { text: null, encryptedText: encrypt(secrets, { text, context: sealContext(uid) }) };
      await insertDelivery(trx, "mail", {
        uid,
        userId,
        address: to,
        subject,
        ...texts,
        expiresAt: timestampIn(secretLifetimeMs ?? maxRetryMs),
      });
      outermostTransaction(trx).executionPromise.then(wake, () => undefined);
    },
  };
}

/** A sealed text opens only for its own row. */
export const sealContext = (uid: string): string => `mail ${uid}`;

function outermostTransaction(trx: Knex.Transaction): Knex.Transaction {
  return trx.parentTransaction ? outermostTransaction(trx.parentTransaction) : trx;
}
