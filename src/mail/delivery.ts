import { mkdirSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SendMailOptions } from "nodemailer";
import type { Deliver, DeliveredMail } from "../outbox/sending.ts";

export type DeliverySettings = { smtpUrl: string | undefined; mailFrom: string; dataDir: string };

/** By SMTP where it is set; else each mail becomes a file in the outbox folder. */
export function createDelivery({ smtpUrl, mailFrom, dataDir }: DeliverySettings): Deliver {
  return smtpUrl ? bySmtp(smtpUrl, mailFrom) : intoFolder(join(dataDir, "outbox"), mailFrom);
}

/** The same at every try, with the same Message-ID: mailboxes and people recognise one that came twice. */
function composed({ uid, address, subject, text, createdAt }: DeliveredMail, from: string) {
  const [, quoted, plain = "", sender = from] = /^(?:"([^<]*)"|([^<]*)) <(.+)>$/.exec(from) ?? [];
  const domain = sender.split("@")[1] ?? "localhost";
  return {
    // In two parts, as signs such as : and ; have a meaning of their own in an address that is one text (RFC 5322, 3.4).
    from: { name: quoted ?? plain, address: sender },
    to: { name: "", address },
    subject,
    text,
    textEncoding: "quoted-printable",
    messageId: `<${uid}@${domain}>`,
    date: new Date(createdAt),
    // No out-of-office answer comes back (RFC 3834, 5).
    headers: { "Auto-Submitted": "auto-generated" },
  } satisfies SendMailOptions;
}

/** Loaded at its first use. */
const load = () => import("nodemailer").then((loaded) => loaded.default);

function bySmtp(url: string, from: string): Deliver {
  return async (mail, signal) => {
    const { createTransport } = await load();
    // What comes after the greeting has the library's ten minutes (RFC 5321, 4.5.3.2): impatience makes duplicates.
    const transport = createTransport({ url, connectionTimeout: 10_000, greetingTimeout: 10_000 });
    await transport.sendMail({ ...composed(mail, from), signal });
  };
}

/** A file appears whole: it is written under another name first. Written again, it is the same file. */
function intoFolder(folder: string, from: string): Deliver {
  return async (mail) => {
    const { createTransport } = await load();
    const transport = createTransport({ streamTransport: true, buffer: true, newline: "unix" });
    const { message } = await transport.sendMail(composed(mail, from));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const name = `${mail.createdAt.replaceAll(":", "-")}-${String(mail.id).padStart(9, "0")}`;
    await writeFile(join(folder, `.${name}.part`), message as Buffer, { mode: 0o600 });
    await rename(join(folder, `.${name}.part`), join(folder, `${name}.eml`));
  };
}
