import { z } from "zod";
import { usersText } from "../users/export.ts";
import { counted, defineCommand } from "./command.ts";
import { file } from "./data-file.ts";
import { atInstallation, requireOrganization } from "./installation.ts";
import { requireNewFile, writeNewFile } from "./new-file.ts";
import { organization } from "./options.ts";

const schema = z.object({ organization, file: file.meta({ description: "the new file" }) });

export const exportEverybody = defineCommand({
  does: "writes all users of the organization into a new CSV file, by name, as Export as CSV on the Managers page does",
  schema,
  word: "file",
  example: "--organization Acme users.csv",
  run: async ({ organization: name, file }) => {
    requireNewFile(file);
    return atInstallation(async ({ db }) => {
      const organization = await requireOrganization(db, name);
      let users = 0;
      const count = (read: number): void => {
        users += read;
      };
      const order = { key: "name", descending: false } as const;
      const wanted = { organizationId: organization.id, filter: { search: "" }, order };
      await writeNewFile(file, usersText(db, { ...wanted, count }));
      const lines = [`The users of ${organization.name} are in ${file} (${counted(users, "user")}).`];
      return { lines, json: { file, users, organization } };
    });
  },
});
