import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import nodemailer, { type Transporter } from "nodemailer";
import type { Logger } from "pino";
import type { Message } from "./messages.ts";

export type Mailer = {
  /** Hands the message over and returns at once: nobody waits for a mail server, and its failure is logged. */
  send: (message: Message) => void;
  /** Resolves when everything handed over has been sent or given up. */
  settled: () => Promise<void>;
};

export type MailSettings = { smtpUrl: string | undefined; mailFrom: string; dataDir: string };

/** SMTP where it is set; else each mail becomes a file in the outbox folder. */
export function createMailer(settings: MailSettings, logger: Logger): Mailer {
  const deliver = settings.smtpUrl ? bySmtp(settings.smtpUrl) : intoFolder(join(settings.dataDir, "outbox"));
  const underWay = new Set<Promise<void>>();

  return {
    send: ({ to, subject, text }) => {
      const work = deliver({
        from: settings.mailFrom,
        to: { name: "", address: to },
        subject,
        text,
        textEncoding: "quoted-printable",
      })
        .catch((error: unknown) => logger.error(reasonOf(error, to), "a mail could not be sent"))
        .finally(() => underWay.delete(work));
      underWay.add(work);
    },
    settled: async () => {
      await Promise.all(underWay);
    },
  };
}

/** What an operator needs to know; mail servers like to repeat whom the mail was for, and no log holds that. */
function reasonOf(error: unknown, to: string): { code: unknown; reason: string } {
  const reason = (error instanceof Error ? error.message : String(error)).replaceAll(to, "…");
  return { code: error instanceof Error && "code" in error ? error.code : undefined, reason };
}

type Mail = Parameters<Transporter["sendMail"]>[0];
type Deliver = (mail: Mail) => Promise<void>;

function bySmtp(url: string): Deliver {
  const transport = nodemailer.createTransport({
    url,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
  });
  return async (mail) => {
    await transport.sendMail(mail);
  };
}

/** A file appears whole: it is written under another name first. */
function intoFolder(folder: string): Deliver {
  const transport = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: "unix" });
  return async (mail) => {
    const { message } = await transport.sendMail(mail);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const name = `${new Date().toISOString().replaceAll(":", "-")}-${randomUUID().slice(0, 8)}`;
    await writeFile(join(folder, `.${name}.part`), message as Buffer, { mode: 0o600 });
    await rename(join(folder, `.${name}.part`), join(folder, `${name}.eml`));
  };
}
