import { endSessions } from "../sessions/changes.ts";
import { operator, pluralize } from "./command.ts";
import { userCommand } from "./installation.ts";

export const endAllSessions = userCommand({
  summary: "logs the user out everywhere",
  run: async ({ db, user, name }) => {
    const ended = await endSessions({ db }, { actor: operator, user });
    const lines = [ended === 0 ? `${name} had no sessions.` : `Ended ${pluralize(ended, "session")} of ${name}.`];
    return { lines, json: { ended } };
  },
});
