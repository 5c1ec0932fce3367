import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { createMailer } from "../outbox/mailer.ts";
import { ValidationError } from "../roles/errors.ts";
import { removeSecondFactor } from "../second-factor/changes.ts";
import { defineCommand, operator } from "./command.ts";
import { describeUser, requireUserByEmail, withInstallation } from "./installation.ts";
import { emailOption } from "./options.ts";

export const removeFactor = defineCommand({
  summary: "removes the second factor of a user who lost phone and recovery codes; the user gets a mail",
  schema: z.object({ email: emailOption }),
  example: "--email max@example.com",
  run: async ({ email }) => {
    return withInstallation(async ({ db, config }) => {
      const user = await requireUserByEmail(db, email);
      const mailer = createMailer(config.sessionSecrets);
      const removed = await removeSecondFactor({ db, mailer, config }, { actor: operator, user });
      if (!removed) throw new ValidationError(`--email: ${describeUser(user)} has no second factor`);
      const lines = [`The second factor of ${describeUser(user)} is removed: the password alone is asked for now.`];
      return { lines, json: { user: userResource(user) } };
    });
  },
});
