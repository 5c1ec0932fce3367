import { setImmediate } from "node:timers/promises";
import type { Knex } from "knex";
import type { Database } from "./database.ts";

// SQLite answers at once and blocks meanwhile, and what awaits only such answers never lets anything else happen. Whatever
// goes over many rows therefore takes few at a time and lets requests be answered in between.

/** Does `work` until it returns false (or fails), with a turn for everything else after each time. */
export async function inBatches(work: () => Promise<boolean>): Promise<void> {
  while (await work()) await setImmediate();
}

/** What is deleted in one statement: some milliseconds. */
const batchSize = 500;

/** Deletes the rows that `choose` leaves, some at a time. @param key the table's primary key */
export async function deleteInBatches(
  db: Database,
  { table, key, choose }: { table: string; key: string; choose: (query: Knex.QueryBuilder) => void },
): Promise<void> {
  await inBatches(async () => {
    const some = db(table).modify(choose).limit(batchSize).select(key);
    return (await db(table).whereIn(key, some).del()) === batchSize;
  });
}
