import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { createMailer } from "../outbox/mailer.ts";
import { ValidationError } from "../roles/errors.ts";
import { removeSecondFactor } from "../second-factor/changes.ts";
import { defineCommand, operator } from "./command.ts";
import { describeUser, requireUserByEmail, withInstallation } from "./installation.ts";
import { emailOption } from "./options.ts";

export const removeFactor = defineCommand({
  summary: "removes the second factor of a user who lost their phone and recovery codes; the user gets an email",
  schema: z.object({ email: emailOption }),
  example: "--email max@example.com",
  run: async ({ email }) => {
    return withInstallation(async ({ db, config }) => {
      const user = await requireUserByEmail(db, email);
      const mailer = createMailer(config.sessionSecrets);
      const removed = await removeSecondFactor({ db, mailer, config }, { actor: operator, user });
      if (!removed) throw new ValidationError(`--email: ${describeUser(user)} has no second factor`);
      const lines = [`Removed the second factor of ${describeUser(user)}. They now log in with just their password.`];
      return { lines, json: { user: userResource(user) } };
    });
  },
});
