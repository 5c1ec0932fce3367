import type { Knex } from "knex";
import type { By } from "../audit/audited-change.ts";
import { deleteResetLinks } from "../passwords/link-queries.ts";
import { endSessionsWithin } from "../sessions/changes.ts";
import { deleteKnownBrowsers } from "../throttling/known-browser-queries.ts";
import { updateUser } from "./queries.ts";

/** A new password ends all of the user's sessions (except `exceptSession`), open reset links and known browsers. */
export async function replacePassword(
  trx: Knex.Transaction,
  by: By,
  { hash, mustChange, exceptSession }: { hash: string; mustChange: boolean; exceptSession?: string | undefined },
): Promise<void> {
  const { user } = by;
  await updateUser(trx, user.organizationId, user.id, { password_hash: hash, must_change_password: mustChange });
  await endSessionsWithin(trx, { ...by, except: exceptSession, why: "password" });
  await deleteResetLinks(trx, user.id);
  await deleteKnownBrowsers(trx, user.id);
}
