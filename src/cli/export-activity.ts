import { z } from "zod";
import { type ActivityFormat, activityText, exportFormats } from "../activity/export.ts";
import { filterErrors, momentHint, momentOf } from "../activity/filter.ts";
import { Refusal } from "../roles/refusal.ts";
import { counted, defineCommand } from "./command.ts";
import { file } from "./data-file.ts";
import { atInstallation, requireOrganization } from "./installation.ts";
import { requireNewFile, writeNewFile } from "./new-file.ts";
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
    requireNewFile(file);
    return atInstallation(async ({ db }) => {
      const organization = await requireOrganization(db, name);
      let rows = 0;
      const count = (read: number): void => {
        rows += read;
      };
      await writeNewFile(file, activityText(db, { organizationId: organization.id, filter, format, count }));
      const lines = [`The history of ${organization.name} is in ${file} (${counted(rows, "row")}).`];
      return { lines, json: { file, rows, organization } };
    });
  },
});

/** @throws Refusal if the file name has no known ending */
function formatOf(file: string): ActivityFormat {
  const formats = Object.keys(exportFormats) as ActivityFormat[];
  const format = formats.find((known) => file.endsWith(`.${exportFormats[known].ending}`));
  if (!format) throw new Refusal("The name of FILE must end in .csv or .jsonl");
  return format;
}
