import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { email } from "../users/fields.ts";
import { unlockAccount } from "../users/lockout.ts";
import { type Command, operator } from "./command.ts";
import { atInstallation, named, requireUser } from "./installation.ts";
import { readOptions } from "./options.ts";

const schema = z.object({ email });

export const unlockUser: Command = {
  usage: "--email E",
  does: "lets the user try again, after too many wrong passwords or codes",
  run: async (args) => {
    const { email } = readOptions(args, schema);
    return atInstallation(async ({ db }) => {
      const user = await requireUser(db, email);
      const name = named(user);
      const wasLocked = await unlockAccount(db, { actor: operator, user });
      const lines = [wasLocked ? `Unlocked: ${name} can try to log in again.` : `${name} was not locked.`];
      return { lines, json: { changed: wasLocked, user: userResource(user) } };
    });
  },
};
