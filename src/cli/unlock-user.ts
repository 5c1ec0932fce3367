import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { unlockAccount } from "../users/lockout.ts";
import { defineCommand, operator } from "./command.ts";
import { describeUser, requireUserByEmail, withInstallation } from "./installation.ts";
import { emailOption } from "./options.ts";

export const unlockUser = defineCommand({
  summary: "lets the user try again after too many wrong passwords or codes",
  schema: z.object({ email: emailOption }),
  example: "--email max@example.com",
  run: async ({ email }) => {
    return withInstallation(async ({ db }) => {
      const user = await requireUserByEmail(db, email);
      const name = describeUser(user);
      const wasLocked = await unlockAccount(db, { actor: operator, user });
      const lines = [wasLocked ? `Unlocked ${name}. They can try to log in again.` : `${name} was not locked.`];
      return { lines, json: { changed: wasLocked, user: userResource(user) } };
    });
  },
});
