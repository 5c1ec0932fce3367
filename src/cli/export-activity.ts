import { createWriteStream, existsSync, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { type ExportFormat, exportChunks, exportFormats } from "../activity/export.ts";
import { filterErrors, momentHint, momentOf } from "../activity/filter.ts";
import { renameDurably } from "../platform/files.ts";
import { requireWritableFolder } from "../platform/system-errors.ts";
import { Refusal } from "../roles/refusal.ts";
import { counted, defineCommand } from "./command.ts";
import { file } from "./data-file.ts";
import { atInstallation, requireOrganization } from "./installation.ts";
import { organization } from "./options.ts";

const typed = z.string().min(1, momentHint).default("");
const schema = z.object({
  organization,
  from: typed.meta({ form: "DAY", description: "the first day, such as 2026-03-01, or a moment; in UTC" }),
  to: typed.meta({ form: "DAY", description: "the last day, included, or a moment" }),
  file: file.meta({ description: "the new file; its name ends in .csv or .jsonl" }),
});

export const exportHistory = defineCommand({
  does: "writes the organization's history into a new file, newest first: NAME.csv for spreadsheets, NAME.jsonl for programs",
  schema,
  word: "file",
  example: "--organization Acme --from 2026-01-01 --to 2026-03-31 acme.csv",
  run: async ({ organization: name, file, from, to }) => {
    const errors = filterErrors({ from, to });
    if (Object.keys(errors).length > 0) throw new Refusal(errors);
    const filter = { from: momentOf(from, "start"), to: momentOf(to, "end") };
    const format = formatOf(file);
    if (existsSync(file)) throw new Refusal(`${file} is there already, and nothing was overwritten`);
    requireWritableFolder(file);
    return atInstallation(async ({ db }) => {
      const organization = await requireOrganization(db, name);
      let rows = 0;
      const count = (read: number): void => {
        rows += read;
      };
      await writeWhole(file, exportChunks(db, { organizationId: organization.id, filter, format, count }));
      const lines = [`The history of ${organization.name} is in ${file} (${counted(rows, "row")}).`];
      return { lines, json: { file, rows, organization } };
    });
  },
});

/** @throws Refusal where the name's ending says none */
function formatOf(file: string): ExportFormat {
  const formats = Object.keys(exportFormats) as ExportFormat[];
  const format = formats.find((known) => file.endsWith(`.${exportFormats[known].ending}`));
  if (!format) throw new Refusal("The name of FILE must end in .csv or .jsonl");
  return format;
}

/** A file has its name once it is whole; only its owner reads it. */
async function writeWhole(file: string, pieces: AsyncIterable<string>): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    await pipeline(pieces, createWriteStream(part, { mode: 0o600, flush: true }));
    renameDurably(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
