import { z } from "zod";
import { usersText } from "../users/export.ts";
import { defineCommand, pluralize } from "./command.ts";
import { fileArgument } from "./data-file.ts";
import { requireOrganization, withInstallation } from "./installation.ts";
import { requireNewFile, writeNewFile } from "./new-file.ts";
import { organizationOption } from "./options.ts";

const schema = z.object({
  organization: organizationOption,
  file: fileArgument.meta({ description: "the file to create" }),
});

export const exportEverybody = defineCommand({
  summary:
    "writes all users of the organization to a new CSV file, sorted by name, like Export as CSV on the Managers page",
  schema,
  positional: "file",
  example: "--organization Acme users.csv",
  run: async ({ organization: name, file }) => {
    requireNewFile(file);
    return withInstallation(async ({ db }) => {
      const organization = await requireOrganization(db, name);
      let users = 0;
      const count = (read: number): void => {
        users += read;
      };
      const order = { key: "name", descending: false } as const;
      const wanted = { organizationId: organization.id, filter: { search: "" }, order };
      await writeNewFile(file, usersText(db, { ...wanted, count }));
      const lines = [`Wrote the users of ${organization.name} to ${file} (${pluralize(users, "user")}).`];
      return { lines, json: { file, users, organization } };
    });
  },
});
