import { z } from "zod";
import { type ActivityFormat, activityText, exportFormats } from "../activity/export.ts";
import { actionHint, actionNames, filterErrors, filterState, timeHint, toFilter } from "../activity/filter.ts";
import { ValidationError } from "../roles/errors.ts";
import { defineCommand, pluralize } from "./command.ts";
import { fileArgument } from "./data-file.ts";
import { requireOrganization, withInstallation } from "./installation.ts";
import { requireNewFile, writeExport } from "./new-file.ts";
import { organizationOption } from "./options.ts";

const typed = z.string().min(1, timeHint).default("");
const filterText = z.string().default("");
const schema = z.object({
  organization: organizationOption,
  from: typed.meta({ form: "DAY", description: "the first day, such as 2026-03-01, or a time; in UTC" }),
  to: typed.meta({ form: "DAY", description: "the last day (included), or a time" }),
  user: filterText.meta({ form: "USER", description: "only changes of this user: name, email or ID" }),
  actor: filterText.meta({ form: "USER", description: "only changes by this user" }),
  key: filterText.meta({ form: "KEY", description: "only changes with this API key: name, first characters or ID" }),
  action: z
    .enum(actionNames, actionHint)
    .optional()
    .meta({ form: "ACTION", description: "only this action, such as role.updated" }),
  file: fileArgument.meta({ description: "the file to create; its name ends in .csv or .jsonl" }),
});

export const exportHistory = defineCommand({
  summary:
    "writes the organization's history to a new file, newest first: NAME.csv for spreadsheets, NAME.jsonl for programs",
  schema,
  positional: "file",
  example: "--organization Acme --from 2026-01-01 --to 2026-03-31 acme.csv",
  run: async ({ organization: name, file, ...typedFilters }) => {
    const state = filterState(typedFilters);
    const errors = filterErrors(state);
    if (Object.keys(errors).length > 0) throw new ValidationError(errors);
    const format = formatOf(file);
    requireNewFile(file);
    return withInstallation(async ({ db }) => {
      const organization = await requireOrganization(db, name);
      const filter = await toFilter(db, organization.id, state);
      const wanted = { organization, state, filter, format };
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
