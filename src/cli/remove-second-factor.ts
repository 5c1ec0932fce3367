import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { createMailer } from "../outbox/mailer.ts";
import { Refusal } from "../roles/refusal.ts";
import { removeSecondFactor } from "../second-factor/changes.ts";
import { defineCommand, operator } from "./command.ts";
import { atInstallation, named, requireUserByEmail } from "./installation.ts";
import { userEmail } from "./options.ts";

export const removeFactor = defineCommand({
  does: "removes the second factor of a user who lost phone and recovery codes; the user gets a mail",
  schema: z.object({ email: userEmail }),
  example: "--email max@example.com",
  run: async ({ email }) => {
    return atInstallation(async ({ db, config }) => {
      const user = await requireUserByEmail(db, email);
      const mailer = createMailer(config.sessionSecrets);
      const removed = await removeSecondFactor({ db, mailer, config }, { actor: operator, user });
      if (!removed) throw new Refusal(`--email: ${named(user)} has no second factor`);
      const lines = [`The second factor of ${named(user)} is removed: the password alone is asked for now.`];
      return { lines, json: { user: userResource(user) } };
    });
  },
});
