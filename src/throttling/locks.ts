import type { Database } from "../database/database.ts";
import { hasLocks, listBrowsersOf, listLocks } from "./lock-queries.ts";
import { type Account, type AttemptKind, countedKeys } from "./throttle.ts";

/** Until when tries are locked; in the past if the next one is allowed; without those that are not locked. */
export type Locks = Partial<Record<AttemptKind, string>>;

/** Those of these users who are locked after too many wrong passwords or codes, in any browser, by ID. */
export async function findLocks(db: Database, users: readonly Account[]): Promise<Map<number, Locks>> {
  const found = new Map<number, Locks>();
  // Mostly nobody is locked, and one quick query says so.
  if (users.length === 0 || !(await hasLocks(db))) return found;
  const ids = users.map(({ id }) => id);
  const browsers = Map.groupBy(await listBrowsersOf(db, ids), ({ userId }) => userId);
  const counts = new Map<string, { id: number; kind: AttemptKind }>();
  for (const user of users) {
    const known = (browsers.get(user.id) ?? []).map(({ id }) => id);
    const { passwords, codes } = countedKeys(user, known);
    for (const key of passwords) counts.set(key, { id: user.id, kind: "passwords" });
    for (const key of codes) counts.set(key, { id: user.id, kind: "codes" });
  }
  for (const { key, until } of await listLocks(db, [...counts.keys()])) {
    const count = counts.get(key);
    if (!count) continue;
    const locks = found.get(count.id) ?? {};
    const latest = locks[count.kind] ?? "";
    found.set(count.id, { ...locks, [count.kind]: until > latest ? until : latest });
  }
  return found;
}
