import { mkdirSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SendMailOptions } from "nodemailer";
import type { Channel, Deliver, Delivered } from "../outbox/attempt-send.ts";
import { explainMailError, isPermanentFailure, withoutSecrets } from "./failures.ts";

export type DeliverySettings = { smtpUrl: string | undefined; mailFrom: string; dataDir: string };

/** Over SMTP if it is set; otherwise each email becomes a file in the outbox folder. */
export function mailChannel({ smtpUrl, mailFrom, dataDir }: DeliverySettings): Channel {
  return {
    kind: "mail",
    deliver: smtpUrl ? bySmtp(smtpUrl, mailFrom) : intoFolder(join(dataDir, "outbox"), mailFrom),
    concurrency: 4,
    // No working server needs it.
    timeoutMs: 15 * 60_000,
    isPermanentFailure,
    explain: (message, { address }) => withoutSecrets(explainMailError(message), address),
    failedAction: "mail.failed",
  };
}

/** Each try has the same Message-ID, so that mailboxes and people recognize a duplicate. */
function composed({ uid, address, subject, text, createdAt }: Delivered, from: string) {
  const [, quoted, plain = "", sender = from] = /^(?:"([^<]*)"|([^<]*)) <(.+)>$/.exec(from) ?? [];
  const domain = sender.split("@")[1] ?? "localhost";
  return {
    // As two parts, because characters such as : and ; have a meaning in an address that is one text (RFC 5322, 3.4).
    from: { name: quoted ?? plain, address: sender },
    to: { name: "", address },
    subject,
    text,
    textEncoding: "quoted-printable",
    messageId: `<${uid}@${domain}>`,
    date: new Date(createdAt),
    // Asks for no out-of-office reply (RFC 3834, 5).
    headers: { "Auto-Submitted": "auto-generated" },
  } satisfies SendMailOptions;
}

const load = () => import("nodemailer").then((loaded) => loaded.default);

function bySmtp(url: string, from: string): Deliver {
  return async (mail, signal) => {
    const { createTransport } = await load();
    // After the greeting the library's ten minutes apply (RFC 5321, 4.5.3.2): a shorter time would cause duplicates.
    const transport = createTransport({ url, connectionTimeout: 10_000, greetingTimeout: 10_000 });
    await transport.sendMail({ ...composed(mail, from), signal });
  };
}

/** A file appears complete: it is written under another name first. Writing it again gives the same file. */
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
