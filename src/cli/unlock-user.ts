import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { unlockAccount } from "../auth/account-hold.ts";
import { email } from "../users/fields.ts";
import { type Command, operator } from "./command.ts";
import { atInstallation, named, requireUser } from "./installation.ts";
import { readOptions } from "./options.ts";

const schema = z.object({ email });

export const unlockUser: Command = {
  usage: "--email E",
  does: "lets the user try to log in again at once, after too many wrong passwords",
  run: async (args) => {
    const { email } = readOptions(args, schema);
    return atInstallation(async ({ db }) => {
      const user = await requireUser(db, email);
      const name = named(user);
      const wasHeld = await unlockAccount(db, { actor: operator, user });
      const lines = [
        wasHeld ? `${name} can try to log in again at once.` : `No log-ins of ${name} were being held back.`,
      ];
      return { lines, json: { changed: wasHeld, user: userResource(user) } };
    });
  },
};
