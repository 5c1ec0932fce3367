import { randomUUID } from "node:crypto";
import type { Knex } from "knex";
import { seal } from "../platform/sealing.ts";
import { stampIn } from "../platform/time.ts";
import { insertMail } from "./queries.ts";
import { maxRetryMs } from "./rules.ts";

/** One recipient, plain text. */
export type Message = {
  userId: number;
  to: string;
  subject: string;
  text: string;
  /**
   * The text contains a secret that is valid for this many milliseconds: it is sealed, and sent within that time or
   * never.
   */
  secretFor?: number;
};

export type Mailer = {
  /** Writes the email as a row in the change's own transaction: it is sent only if that commits. */
  enqueue: (trx: Knex.Transaction, message: Message) => Promise<void>;
};

/** @param wake called after each commit; without it (commands) the server finds the emails at its next check */
export function createMailer(secrets: string[], wake: () => void = () => undefined): Mailer {
  return {
    enqueue: async (trx, { userId, to, subject, text, secretFor }) => {
      const uid = randomUUID();
      const texts =
        secretFor === undefined
          ? { text, sealedText: null }
          : { text: null, sealedText: seal(secrets, { text, place: mailContext(uid) }) };
      await insertMail(trx, {
        uid,
        userId,
        address: to,
        subject,
        ...texts,
        givesUpAt: stampIn(secretFor ?? maxRetryMs),
      });
      outermostTransaction(trx).executionPromise.then(wake, () => undefined);
    },
  };
}

/** A sealed text opens only for its own row. */
export const mailContext = (uid: string): string => `mail ${uid}`;

function outermostTransaction(trx: Knex.Transaction): Knex.Transaction {
  return trx.parentTransaction ? outermostTransaction(trx.parentTransaction) : trx;
}
