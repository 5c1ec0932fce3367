import { z } from "zod";
import { defineCommand } from "./command.ts";
import { createNewUser } from "./new-user.ts";
import { endDateOption, organizationOption, personOptions, roleOption } from "./options.ts";

export const createUser = defineCommand({
  summary:
    "creates a user of any role (admin, manager or member) in an existing organization; reads the password from standard input",
  schema: z.object({
    ...personOptions,
    role: roleOption,
    organization: organizationOption,
    deactivateOn: endDateOption,
  }),
  example: "--email max@example.com --first-name Max --last-name Smith --role member --organization Acme",
  run: async (input) => createNewUser(input, { mayFound: false }),
});
