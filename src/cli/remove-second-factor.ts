import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { createMailer } from "../outbox/mailer.ts";
import { removeSecondFactor } from "../second-factor/changes.ts";
import { email } from "../users/fields.ts";
import { type Command, operator, Refusal } from "./command.ts";
import { atInstallation, named, requireUser } from "./installation.ts";
import { readOptions } from "./options.ts";

const schema = z.object({ email });

export const removeFactor: Command = {
  usage: "--email E",
  does: "removes the second factor of a user who lost phone and recovery codes; the user gets a mail",
  run: async (args) => {
    const { email } = readOptions(args, schema);
    return atInstallation(async ({ db, config }) => {
      const user = await requireUser(db, email);
      const mailer = createMailer(config.sessionSecrets);
      const removed = await removeSecondFactor({ db, mailer, config }, { actor: operator, user });
      if (!removed) throw new Refusal(`--email: ${named(user)} has no second factor`);
      const lines = [`The second factor of ${named(user)} is removed: the password alone is asked for now.`];
      return { lines, json: { user: userResource(user) } };
    });
  },
};
