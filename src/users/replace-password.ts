import type { Knex } from "knex";
import type { By } from "../audit/audited-change.ts";
import { confirmedEmailOf } from "../mail/messages.ts";
import { deleteUserLinks } from "../passwords/link-queries.ts";
import type { User } from "../roles/people.ts";
import { endSessionsWithin } from "../sessions/changes.ts";
import { deleteKnownBrowsers } from "../throttling/known-browser-queries.ts";
import { updateUser } from "./queries.ts";

/**
 * A new password ends all of the user's sessions (except `exceptSession`), open links and known browsers. Someone who was
 * invited is so no longer.
 * @param options `provesEmail`: the user came by a link that only an email had
 */
export async function replacePassword(
  trx: Knex.Transaction,
  by: By & { user: User },
  {
    hash,
    mustChange,
    exceptSession,
    provesEmail = false,
  }: { hash: string; mustChange: boolean; exceptSession?: string | undefined; provesEmail?: boolean },
): Promise<void> {
  const { user } = by;
  await updateUser(trx, user.organizationId, user.id, {
    password_hash: hash,
    must_change_password: mustChange,
    invited_until: null,
    ...(provesEmail && { proven_email: confirmedEmailOf(user) }),
  });
  await endSessionsWithin(trx, { ...by, except: exceptSession, why: "password" });
  await deleteUserLinks(trx, user.id);
  await deleteKnownBrowsers(trx, user.id);
}
