import { z } from "zod";
import { dataCommand } from "./installation.ts";
import { createNewUser } from "./new-user.ts";
import { organizationOption, personOptions } from "./options.ts";

export const createAdmin = dataCommand({
  summary: "creates an Admin, and the organization if it does not exist; reads the password from standard input",
  schema: z.object({
    ...personOptions,
    organization: organizationOption.optional().meta({
      form: "NAME",
      description: "created if it does not exist; optional if there is only one",
    }),
  }),
  example: "--email ada@example.com --first-name Ada --last-name Lovelace --organization Acme",
  allowsNew: true,
  run: async (installation, input) => createNewUser(installation, { ...input, role: "admin" }, { mayFound: true }),
});
