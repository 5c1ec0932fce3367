import { type Actor, auditedChange, userEntry } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import type { User } from "../roles/people.ts";
import { findLocks, formatMinutes, removeLocks } from "../throttling/throttle.ts";

/** What is locked of a user's log-in, in sentences that say until when; without what is not locked. */
export async function describeLockout(
  db: Database,
  user: Pick<User, "id" | "email">,
): Promise<{ passwords?: string; codes?: string }> {
  const { passwords, codes } = await findLocks(db, user);
  return {
    ...(passwords && { passwords: `Locked after too many wrong passwords. ${unlockTime(passwords)}` }),
    ...(codes && { codes: `Locked after too many wrong codes. ${unlockTime(codes)}` }),
  };
}

function unlockTime(until: string): string {
  const wait = Date.parse(until) - Date.now();
  return wait > 0
    ? `Can try again in ${formatMinutes(wait)}.`
    : "Can try again now; another wrong one locks it for longer.";
}

/** Lets the user try passwords and codes again, from every browser. @returns whether any were locked */
export async function unlockAccount(db: Database, { actor, user }: { actor: Actor; user: User }): Promise<boolean> {
  const report = await auditedChange(db, userEntry("account.unlocked", { actor, user }), async (trx) => {
    if (Object.keys(await findLocks(trx, user)).length === 0) return undefined;
    await removeLocks(trx, user);
    return {};
  });
  return report !== undefined;
}
