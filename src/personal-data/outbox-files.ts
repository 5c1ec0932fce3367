import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAbout, type Traces } from "./traces.ts";

/** Deletes emails to or about the person from the outbox folder, where they are files without a mail server. */
export async function deleteOutboxFiles(dataDir: string, traces: Traces): Promise<void> {
  const folder = join(dataDir, "outbox");
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const file = join(folder, name);
    // The worker may rename it meanwhile.
    const mail = await readFile(file, "latin1").catch(() => "");
    if (isAbout(traces, decodeQuotedPrintable(mail))) await rm(file, { force: true });
  }
}

/** Headers have no encoded words with "=" and two digits that matter here: addresses are ASCII. */
function decodeQuotedPrintable(text: string): string {
  const bytes = text
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
