import { type Actor, auditedChange, userEntry } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import type { User } from "../roles/people.ts";
import { findLocks } from "../throttling/locks.ts";
import { removeLocks } from "../throttling/throttle.ts";
import { words } from "../words/words.ts";

/** What is locked of a user's log-in, in sentences that say until when; without what is not locked. */
export async function describeLockout(
  db: Database,
  user: Pick<User, "id" | "email">,
): Promise<{ passwords?: string; codes?: string }> {
  const { passwords, codes } = (await findLocks(db, [user])).get(user.id) ?? {};
  const { lockout } = words();
  return {
    ...(passwords && { passwords: untilUnlocked(passwords, lockout.passwords) ?? lockout.passwordsOver }),
    ...(codes && { codes: untilUnlocked(codes, lockout.codes) ?? lockout.codesOver }),
  };
}

/** Undefined if the next try is already possible. */
function untilUnlocked(until: string, sentence: (minutes: number) => string): string | undefined {
  const minutes = Math.ceil((Date.parse(until) - Date.now()) / 60_000);
  return minutes > 0 ? sentence(minutes) : undefined;
}

/** Lets the user try passwords and codes again, from every browser. @returns whether any were locked */
export async function unlockAccount(db: Database, { actor, user }: { actor: Actor; user: User }): Promise<boolean> {
  const report = await auditedChange(db, userEntry("account.unlocked", { actor, user }), async (trx) => {
    if ((await findLocks(trx, [user])).size === 0) return undefined;
    await removeLocks(trx, user);
    return {};
  });
  return report !== undefined;
}
