import { z } from "zod";
import { roles } from "../roles/roles.ts";
import { email, firstName, lastName, organizationName, role } from "../users/fields.ts";
import type { Command } from "./command.ts";
import { createNewUser } from "./new-user.ts";
import { readOptions } from "./options.ts";

/** Pages show "Admin" and the API says "admin"; an operator may type either. */
const typedRole = z
  .string(`Choose a role: ${roles.join(", ")}`)
  .transform((text) => text.toLowerCase())
  .refine((text) => role.safeParse(text).success, { error: `Choose a role: ${roles.join(", ")}`, abort: true })
  .pipe(role);

const schema = z.object({ email, firstName, lastName, role: typedRole, organization: organizationName });

export const createUser: Command = {
  usage: "--email E --first-name F --last-name L --role ROLE --organization NAME",
  does: "the same for any role: admin, manager or member",
  run: async (args) => createNewUser(readOptions(args, schema)),
};
