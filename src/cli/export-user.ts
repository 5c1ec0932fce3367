import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { personalDataText } from "../personal-data/collect.ts";
import { defineCommand } from "./command.ts";
import { fileArgument } from "./data-file.ts";
import { describeUser, requireUserByEmail, withInstallation } from "./installation.ts";
import { requireNewFile, writeExport } from "./new-file.ts";
import { emailOption } from "./options.ts";

export const exportUser = defineCommand({
  summary: "writes everything that Roster knows about a user to a new JSON file, without secrets",
  schema: z.object({ email: emailOption, file: fileArgument.meta({ description: "the file to create" }) }),
  positional: "file",
  example: "--email max@example.com max.json",
  run: async ({ email, file }) => {
    requireNewFile(file);
    return withInstallation(async ({ db }) => {
      const user = await requireUserByEmail(db, email);
      await writeExport(file, () => personalDataText(db, user));
      const lines = [`Wrote everything that Roster knows about ${describeUser(user)} to ${file}.`];
      return { lines, json: { file, user: userResource(user) } };
    });
  },
});
