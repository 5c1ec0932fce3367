import type { Database } from "../database/database.ts";
import { listBrowsersOf, listLockedKeys } from "./lock-queries.ts";
import { type Account, countedKeys } from "./throttle.ts";

/** Who of these users is locked after too many wrong passwords or codes, in any browser. */
export async function findLockedUsers(db: Database, users: readonly Account[]): Promise<Set<number>> {
  if (users.length === 0) return new Set();
  const browsers = Map.groupBy(
    await listBrowsersOf(
      db,
      users.map(({ id }) => id),
    ),
    ({ userId }) => userId,
  );
  const owners = new Map(
    users.flatMap((user) => {
      const { passwords, codes } = countedKeys(
        user,
        (browsers.get(user.id) ?? []).map(({ id }) => id),
      );
      return [...passwords, ...codes].map((key) => [key, user.id] as const);
    }),
  );
  const locked = await listLockedKeys(db, [...owners.keys()]);
  return new Set(locked.flatMap((key) => owners.get(key) ?? []));
}
