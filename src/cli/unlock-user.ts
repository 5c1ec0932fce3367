import { unlockAccount } from "../users/lockout.ts";
import { operator } from "./command.ts";
import { userCommand } from "./installation.ts";

export const unlockUser = userCommand({
  summary: "lets the user try again after too many wrong passwords or codes",
  run: async ({ db, user, name }) => {
    const wasLocked = await unlockAccount(db, { actor: operator, user });
    const lines = [wasLocked ? `Unlocked ${name}. They can try to log in again.` : `${name} was not locked.`];
    return { lines, json: { changed: wasLocked } };
  },
});
