import type { Database } from "../../src/database/database.ts";

/** A database for which `before` runs a change right before its next transaction, after the request was let in. */
export function changeBeforeTransaction(db: Database): {
  db: Database;
  before: (change: () => Promise<unknown>) => void;
} {
  let next: (() => Promise<unknown>) | undefined;
  const transaction = async (work: Parameters<typeof db.transaction>[0]): Promise<unknown> => {
    const now = next;
    next = undefined;
    await now?.();
    return db.transaction(work);
  };
  const proxy = new Proxy(db, {
    get: (knex, name) => (name === "transaction" ? transaction : Reflect.get(knex, name)),
  });
  const before = (change: () => Promise<unknown>): void => {
    next = change;
  };
  return { db: proxy, before };
}
