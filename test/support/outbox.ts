import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import type { Roster } from "./roster.ts";

export type Mail = { to: string; subject: string; text: string };

/** Every mail so far, oldest first, after those being sent have arrived. */
export async function outbox({ deps, dataDir }: Pick<Roster, "deps" | "dataDir">): Promise<Mail[]> {
  await deps.mailer.settled();
  const folder = join(dataDir, "outbox");
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  const mails = await Promise.all(files.map((file) => simpleParser(readFileSync(join(folder, file)))));
  return mails.map(({ to, subject = "", text = "" }) => ({ to: [to].flat()[0]?.text ?? "", subject, text }));
}
