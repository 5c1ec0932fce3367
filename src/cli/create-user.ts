import { z } from "zod";
import { email, firstName, lastName, organizationName } from "../users/fields.ts";
import type { Command } from "./command.ts";
import { createNewUser } from "./new-user.ts";
import { readOptions, typedRole } from "./options.ts";

const schema = z.object({ email, firstName, lastName, role: typedRole, organization: organizationName });

export const createUser: Command = {
  usage: "--email E --first-name F --last-name L --role ROLE --organization NAME",
  does: "the same for any role: admin, manager or member",
  run: async (args) => createNewUser(readOptions(args, schema)),
};
