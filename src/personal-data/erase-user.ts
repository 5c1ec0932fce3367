import { type Actor, auditedChange, userEntry } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import { unmatchableHash } from "../passwords/hashing.ts";
import { ValidationError } from "../roles/errors.ts";
import type { User } from "../roles/people.ts";
import { findUser, requireUser } from "../users/queries.ts";
import { erasureError } from "../users/rules.ts";
import { eraseWithin } from "./erase-queries.ts";
import { addToErasedList, type ErasedUser, missingIn, readErasedList } from "./erased-list.ts";
import { listErasedUsers, organizationOf } from "./erased-queries.ts";
import { deleteOutboxFiles } from "./outbox-files.ts";
import { removeResidue } from "./residue-queries.ts";
import { findTraces } from "./trace-queries.ts";

export type Erasing = { db: Database; config: { dataDir: string; bcryptCost: number } };

/**
 * Erases an inactive user's personal data for good, in one transaction with the history row that says so. `recordErasures`
 * does the rest: if Roster is killed before that, the next start does it.
 * @throws ValidationError if the user is active, or was erased before
 */
export async function eraseUser(erasing: Erasing, { actor, user }: { actor: Actor; user: User }): Promise<void> {
  requireErasable(user);
  await erase(erasing, { actor, user, refuse: requireErasable });
}

/** @throws ValidationError */
export function requireErasable(user: User): void {
  const reason = erasureError(user);
  if (reason) throw new ValidationError({ form: reason });
}

async function erase(
  { db, config }: Erasing,
  { actor, user, refuse }: { actor: Actor; user: User; refuse?: (found: User) => void },
): Promise<void> {
  const passwordHash = unmatchableHash(config.bcryptCost);
  const before = await findTraces(db, user);
  await deleteOutboxFiles(config.dataDir, before);
  await auditedChange(db, userEntry("user.erased", { actor, user }), async (trx) => {
    const found = await requireUser(trx, user.organizationId, user.id);
    refuse?.(found);
    await eraseWithin(trx, found, { traces: await findTraces(trx, found), passwordHash });
    return {};
  });
  // One may have been on its way meanwhile.
  await deleteOutboxFiles(config.dataDir, before);
}

/**
 * Completes erasures: overwrites what the disk still has, then puts the users on the list.
 * @returns false if something was in the way; the next call makes up for it
 */
export async function recordErasures({ db, config }: Erasing): Promise<boolean> {
  const missing = missingIn(readErasedList(config.dataDir), await listErasedUsers(db));
  if (missing.length === 0) return true;
  if (!(await removeResidue(db))) return false;
  addToErasedList(config.dataDir, missing);
  return true;
}

/**
 * Erases again everyone on a list who came back with an older copy of the data, whatever their status in it.
 * @returns how many
 */
export async function repeatErasures(
  erasing: Erasing,
  { listed, actor }: { listed: readonly ErasedUser[]; actor: Actor },
): Promise<number> {
  let count = 0;
  for (const { id, createdAt } of missingIn(await listErasedUsers(erasing.db), listed)) {
    const organizationId = await organizationOf(erasing.db, id);
    const user = organizationId && (await findUser(erasing.db, organizationId, id));
    if (!user || user.createdAt !== createdAt) continue;
    await erase(erasing, { actor, user });
    count++;
  }
  return count;
}
