import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { endSessions } from "../sessions/changes.ts";
import { defineCommand, operator } from "./command.ts";
import { describeUser, requireUserByEmail, withInstallation } from "./installation.ts";
import { emailOption } from "./options.ts";

export const endAllSessions = defineCommand({
  summary: "logs the user out everywhere, at once",
  schema: z.object({ email: emailOption }),
  example: "--email max@example.com",
  run: async ({ email }) => {
    return withInstallation(async ({ db }) => {
      const user = await requireUserByEmail(db, email);
      const ended = await endSessions({ db }, { actor: operator, user });
      const name = describeUser(user);
      const count = ended === 1 ? "One session" : `${ended} sessions`;
      const lines = [ended === 0 ? `${name} had no open session.` : `${count} of ${name} ended.`];
      return { lines, json: { ended, user: userResource(user) } };
    });
  },
});
