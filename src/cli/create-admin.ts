import { z } from "zod";
import { defineCommand } from "./command.ts";
import { createNewUser } from "./new-user.ts";
import { organizationOption, personOptions } from "./options.ts";

export const createAdmin = defineCommand({
  summary: "creates an Admin, and the organization if it does not exist; reads the password from standard input",
  schema: z.object({
    ...personOptions,
    organization: organizationOption.optional().meta({
      form: "NAME",
      description: "created if it does not exist; optional if there is only one",
    }),
  }),
  example: "--email ada@example.com --first-name Ada --last-name Lovelace --organization Acme",
  run: async (input) => createNewUser({ ...input, role: "admin" }, { mayFound: true }),
});
