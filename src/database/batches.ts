import { setImmediate } from "node:timers/promises";
import type { Knex } from "knex";
import type { Database } from "./database.ts";

// SQLite answers synchronously and blocks, and a loop that awaits only SQLite never lets anything else run. Anything
// that goes over many rows therefore works in batches and lets requests run in between.

/** Repeats `work` until it returns false or fails, and lets everything else run after each time. */
export async function inBatches(work: () => Promise<boolean>): Promise<void> {
  while (await work()) await setImmediate();
}

/** The items in their order, so many at a time. */
export function* chunks<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** How many rows one statement deletes: a few milliseconds. */
const batchSize = 500;

/** Deletes the rows that `choose` selects, in batches. @param key the table's primary key */
export async function deleteInBatches(
  db: Database,
  { table, key, choose }: { table: string; key: string; choose: (query: Knex.QueryBuilder) => void },
): Promise<void> {
  await inBatches(async () => {
    const some = db(table).modify(choose).limit(batchSize).select(key);
    return (await db(table).whereIn(key, some).del()) === batchSize;
  });
}
