import { z } from "zod";
import { usersText } from "../users/export.ts";
import { defineCommand, pluralize } from "./command.ts";
import { fileArgument } from "./data-file.ts";
import { requireOrganization, withInstallation } from "./installation.ts";
import { requireNewFile, writeExport } from "./new-file.ts";
import { organizationOption } from "./options.ts";

const schema = z.object({
  organization: organizationOption,
  file: fileArgument.meta({ description: "the file to create" }),
});

export const exportUsers = defineCommand({
  summary:
    "writes all users of the organization to a new CSV file, sorted by name, like Export as CSV on the Managers page",
  schema,
  positional: "file",
  example: "--organization Acme users.csv",
  run: async ({ organization: name, file }) => {
    requireNewFile(file);
    return withInstallation(async ({ db }) => {
      const organization = await requireOrganization(db, name);
      const order = { key: "name", descending: false } as const;
      const wanted = { organizationId: organization.id, filter: { search: "" }, order };
      const users = await writeExport(file, (count) => usersText(db, { ...wanted, count }));
      const lines = [`Wrote the users of ${organization.name} to ${file} (${pluralize(users, "user")}).`];
      return { lines, json: { file, users, organization } };
    });
  },
});
