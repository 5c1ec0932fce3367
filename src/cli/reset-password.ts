import { auditedChange, userEntry } from "../audit/audited-change.ts";
import { showInvitationLink } from "../invitations/changes.ts";
import { insertOneTimeLink, invitationDays, resetMinutes } from "../passwords/link-queries.ts";
import { newToken } from "../platform/secrets.ts";
import { timestampIn } from "../platform/time.ts";
import { ValidationError } from "../roles/errors.ts";
import { isInvited } from "../users/rules.ts";
import { operator } from "./command.ts";
import { userCommand } from "./installation.ts";

export const resetPassword = userCommand({
  summary: "prints a one-time link for the user to choose a new password",
  run: async ({ user, name, ...deps }) => {
    if (user.status !== "active")
      throw new ValidationError(`--email: ${name} is inactive. Activate the user first, with activate-user`);
    if (isInvited(user)) {
      const link = await showInvitationLink(deps, { actor: operator, user });
      const says = `${name} was invited and can choose a password with this link. It works once, for ${invitationDays} days:`;
      const expiresAt = timestampIn(invitationDays * 86_400_000);
      return { lines: [says, link], json: { link, expiresAt } };
    }
    const entry = userEntry("reset-link.printed", { actor: operator, user });
    const token = newToken();
    const lifetimeMs = resetMinutes * 60_000;
    const { expiresAt } = await auditedChange(deps.db, entry, async (trx) => ({
      changes: {},
      expiresAt: await insertOneTimeLink(trx, {
        token,
        purpose: "reset",
        userId: user.id,
        isMailed: false,
        lifetimeMs,
      }),
    }));
    const link = `${deps.config.baseUrl}/reset-password/${token}`;
    const lines = [
      `${name} can choose a new password with this link. It works once, for ${resetMinutes} minutes:`,
      link,
      user.confirmedEmail !== null &&
        `An API key set ${user.email}, which is unconfirmed. The last confirmed email is ${user.confirmedEmail}.`,
    ];
    return { lines, json: { link, expiresAt } };
  },
});
