import { z } from "zod";
import { organizationName } from "../organization/fields.ts";
import { email, firstName, lastName } from "../users/fields.ts";
import type { Command } from "./command.ts";
import { createNewUser } from "./new-user.ts";
import { readOptions } from "./options.ts";

const schema = z.object({ email, firstName, lastName, organization: organizationName.optional() });

export const createAdmin: Command = {
  usage: "--email E --first-name F --last-name L [--organization NAME]",
  does: "creates an Admin, and the organization where it does not exist; reads the password",
  run: async (args) => createNewUser({ ...readOptions(args, schema), role: "admin" }, { mayFound: true }),
};
