import { z } from "zod";
import { organizationName } from "../organization/fields.ts";
import { email, firstName, lastName } from "../users/fields.ts";
import type { Command } from "./command.ts";
import { createNewUser } from "./new-user.ts";
import { readOptions, typedRole } from "./options.ts";

const schema = z.object({ email, firstName, lastName, role: typedRole, organization: organizationName });

export const createUser: Command = {
  usage: "--email E --first-name F --last-name L --role ROLE --organization NAME",
  does: "creates a user of any role (admin, manager or member) in an organization that exists; reads the password",
  run: async (args) => createNewUser(readOptions(args, schema), { mayFound: false }),
};
