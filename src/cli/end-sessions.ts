import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { endSessions } from "../sessions/changes.ts";
import { email } from "../users/fields.ts";
import { type Command, operator } from "./command.ts";
import { atInstallation, named, requireUser } from "./installation.ts";
import { readOptions } from "./options.ts";

const schema = z.object({ email });

export const endAllSessions: Command = {
  usage: "--email E",
  does: "logs the user out everywhere, at once",
  run: async (args) => {
    const { email } = readOptions(args, schema);
    return atInstallation(async ({ db }) => {
      const user = await requireUser(db, email);
      const ended = await endSessions({ db }, { actor: operator, user });
      const name = named(user);
      const count = ended === 1 ? "One session" : `${ended} sessions`;
      const lines = [ended === 0 ? `${name} had no open session.` : `${count} of ${name} ended.`];
      return { lines, json: { ended, user: userResource(user) } };
    });
  },
};
