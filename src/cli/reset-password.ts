import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { auditedChange, userEntry } from "../audit/audited-change.ts";
import { insertOneTimeLink, resetMinutes } from "../passwords/link-queries.ts";
import { newToken } from "../platform/secrets.ts";
import { ValidationError } from "../roles/errors.ts";
import { defineCommand, operator } from "./command.ts";
import { describeUser, requireUserByEmail, withInstallation } from "./installation.ts";
import { emailOption } from "./options.ts";

export const resetPassword = defineCommand({
  summary: "prints a one-time link for the user to choose a new password",
  schema: z.object({ email: emailOption }),
  example: "--email max@example.com",
  run: async ({ email }) => {
    return withInstallation(async ({ db, config }) => {
      const user = await requireUserByEmail(db, email);
      if (user.status !== "active") {
        throw new ValidationError(
          `--email: ${describeUser(user)} is inactive. Activate the user first, with activate-user`,
        );
      }
      const entry = userEntry("reset-link.printed", { actor: operator, user });
      const token = newToken();
      const lifetimeMs = resetMinutes * 60_000;
      const { expiresAt } = await auditedChange(db, entry, async (trx) => ({
        changes: {},
        expiresAt: await insertOneTimeLink(trx, { token, purpose: "reset", userId: user.id, lifetimeMs }),
      }));
      const link = `${config.baseUrl}/reset-password/${token}`;
      const lines = [
        `${describeUser(user)} can choose a new password with this link. It works once, for ${resetMinutes} minutes:`,
        link,
        ...(user.confirmedEmail === null
          ? []
          : [
              `An API key set ${user.email}, which is unconfirmed. The last confirmed email is ${user.confirmedEmail}.`,
            ]),
      ];
      return { lines, json: { link, expiresAt, user: userResource(user) } };
    });
  },
});
