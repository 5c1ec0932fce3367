import { z } from "zod";
import { type ActivityFormat, activityText, exportFormats } from "../activity/export.ts";
import { filterErrors, parseTime, timeHint } from "../activity/filter.ts";
import { ValidationError } from "../roles/errors.ts";
import { defineCommand, pluralize } from "./command.ts";
import { fileArgument } from "./data-file.ts";
import { requireOrganization, withInstallation } from "./installation.ts";
import { requireNewFile, writeExport } from "./new-file.ts";
import { organizationOption } from "./options.ts";

const typed = z.string().min(1, timeHint).default("");
const schema = z.object({
  organization: organizationOption,
  from: typed.meta({ form: "DAY", description: "the first day, such as 2026-03-01, or a time; in UTC" }),
  to: typed.meta({ form: "DAY", description: "the last day (included), or a time" }),
  file: fileArgument.meta({ description: "the file to create; its name ends in .csv or .jsonl" }),
});

export const exportHistory = defineCommand({
  summary:
    "writes the organization's history to a new file, newest first: NAME.csv for spreadsheets, NAME.jsonl for programs",
  schema,
  positional: "file",
  example: "--organization Acme --from 2026-01-01 --to 2026-03-31 acme.csv",
  run: async ({ organization: name, file, from, to }) => {
    const errors = filterErrors({ from, to });
    if (Object.keys(errors).length > 0) throw new ValidationError(errors);
    const filter = { from: parseTime(from, "start"), to: parseTime(to, "end") };
    const format = formatOf(file);
    requireNewFile(file);
    return withInstallation(async ({ db }) => {
      const organization = await requireOrganization(db, name);
      const wanted = { organization, state: { from, to }, filter, format };
      const rows = await writeExport(file, (count) => activityText(db, { ...wanted, count }));
      const lines = [`Wrote the history of ${organization.name} to ${file} (${pluralize(rows, "row")}).`];
      return { lines, json: { file, rows, organization } };
    });
  },
});

/** @throws ValidationError if the file name has no known ending */
function formatOf(file: string): ActivityFormat {
  const formats = Object.keys(exportFormats) as ActivityFormat[];
  const format = formats.find((known) => file.endsWith(`.${exportFormats[known].ending}`));
  if (!format) throw new ValidationError("The name of FILE must end in .csv or .jsonl");
  return format;
}
