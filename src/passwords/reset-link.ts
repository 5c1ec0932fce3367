import { type Actor, auditedChange, userEntry } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import { resetLinkMail } from "../mail/messages.ts";
import type { Mailer } from "../outbox/mailer.ts";
import { newToken } from "../platform/secrets.ts";
import type { User } from "../roles/people.ts";
import { insertOneTimeLink, resetMinutes } from "./link-queries.ts";

/**
 * Creates a link to choose a new password and emails it to the user's last confirmed address. Only for an active user.
 */
export async function mailResetLink(
  { db, mailer, baseUrl }: { db: Database; mailer: Mailer; baseUrl: string },
  { user, actor }: { user: User; actor: Actor },
): Promise<void> {
  const token = newToken();
  await auditedChange(db, userEntry("reset-link.requested", { actor, user }), async (trx) => {
    const lifetimeMs = resetMinutes * 60_000;
    await insertOneTimeLink(trx, { token, purpose: "reset", userId: user.id, isMailed: true, lifetimeMs });
    const link = `${baseUrl}/reset-password/${token}`;
    await mailer.enqueue(trx, resetLinkMail(user, { link, minutes: resetMinutes }));
    return {};
  });
}
