import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { auditedChange, userEntry } from "../audit/audited-change.ts";
import { showInvitationLink } from "../invitations/changes.ts";
import { createMailer } from "../outbox/mailer.ts";
import { insertOneTimeLink, invitationDays, resetMinutes } from "../passwords/link-queries.ts";
import { newToken } from "../platform/secrets.ts";
import { timestampIn } from "../platform/time.ts";
import { ValidationError } from "../roles/errors.ts";
import { isInvited } from "../users/rules.ts";
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
      if (isInvited(user)) {
        const mailer = createMailer(config.sessionSecrets);
        const link = await showInvitationLink({ db, config, mailer }, { actor: operator, user });
        const lines = [
          `${describeUser(user)} was invited and can choose a password with this link. It works once, for ${invitationDays} days:`,
          link,
        ];
        const expiresAt = timestampIn(invitationDays * 86_400_000);
        return { lines, json: { link, expiresAt, user: userResource(user) } };
      }
      const entry = userEntry("reset-link.printed", { actor: operator, user });
      const token = newToken();
      const link = {
        token,
        purpose: "reset",
        userId: user.id,
        isMailed: false,
        lifetimeMs: resetMinutes * 60_000,
      } as const;
      const { expiresAt } = await auditedChange(db, entry, async (trx) => ({
        changes: {},
        expiresAt: await insertOneTimeLink(trx, link),
      }));
      const address = `${config.baseUrl}/reset-password/${token}`;
      const lines = [
        `${describeUser(user)} can choose a new password with this link. It works once, for ${resetMinutes} minutes:`,
        address,
        ...(user.confirmedEmail === null
          ? []
          : [
              `An API key set ${user.email}, which is unconfirmed. The last confirmed email is ${user.confirmedEmail}.`,
            ]),
      ];
      return { lines, json: { link: address, expiresAt, user: userResource(user) } };
    });
  },
});
