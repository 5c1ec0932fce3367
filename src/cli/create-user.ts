import { z } from "zod";
import { dataCommand } from "./installation.ts";
import { createNewUser } from "./new-user.ts";
import { endDateOption, organizationOption, personOptions, roleOption } from "./options.ts";

export const createUser = dataCommand({
  summary:
    "creates a user of any role (admin, manager or member) in an existing organization; reads the password from standard input",
  schema: z.object({
    ...personOptions,
    role: roleOption,
    organization: organizationOption,
    deactivateOn: endDateOption,
  }),
  example: "--email max@example.com --first-name Max --last-name Smith --role member --organization Acme",
  run: async (installation, input) => createNewUser(installation, input, { mayFound: false }),
});
