import { type Actor, auditedChange, userEntry } from "../audit/audited-change.ts";
import type { Database } from "../database.ts";
import type { User } from "../users/queries.ts";
import { findAccountHold, liftAccountHold } from "./throttle.ts";

/** In words, when the next try to log in may come; undefined where no log-ins of the user are being held back. */
export async function describeHold(db: Database, user: Pick<User, "id" | "email">): Promise<string | undefined> {
  const until = await findAccountHold(db, user);
  if (until === undefined) return undefined;
  const minutes = Math.ceil((Date.parse(until) - Date.now()) / 60_000);
  if (!(minutes > 0)) return "The next try may come now, and another wrong one makes the wait longer.";
  return `The next try may come in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`;
}

/** Lets the user try to log in again at once, from every browser. @returns whether log-ins were being held back */
export async function unlockAccount(db: Database, { actor, user }: { actor: Actor; user: User }): Promise<boolean> {
  const report = await auditedChange(db, userEntry("account.unlocked", { actor, user }), async (trx) => {
    if ((await findAccountHold(trx, user)) === undefined) return undefined;
    await liftAccountHold(trx, user);
    return {};
  });
  return report !== undefined;
}
