import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { endSessions } from "../sessions/changes.ts";
import { defineCommand, operator, pluralize } from "./command.ts";
import { describeUser, requireUserByEmail, withInstallation } from "./installation.ts";
import { emailOption } from "./options.ts";

export const endAllSessions = defineCommand({
  summary: "logs the user out everywhere",
  schema: z.object({ email: emailOption }),
  example: "--email max@example.com",
  run: async ({ email }) => {
    return withInstallation(async ({ db }) => {
      const user = await requireUserByEmail(db, email);
      const ended = await endSessions({ db }, { actor: operator, user });
      const name = describeUser(user);
      const count = pluralize(ended, "session");
      const lines = [ended === 0 ? `${name} had no sessions.` : `Ended ${count} of ${name}.`];
      return { lines, json: { ended, user: userResource(user) } };
    });
  },
});
