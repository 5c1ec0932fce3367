import { setImmediate } from "node:timers/promises";
import { type Database, isPostgres } from "../database/database.ts";
import { checkpoint, onConnection } from "../database/sqlite.ts";

/** In pages of the index: a few milliseconds. */
const mergeStep = 16;

/**
 * Overwrites what SQLite still has of erased data: the search index keeps the letters of a removed user until it merges
 * its parts, and the write-ahead log keeps old pages until it is emptied. PostgreSQL does it by vacuum, on its own.
 * @returns false if the log could not be emptied, because a command reads the data file
 */
export async function removeResidue(db: Database): Promise<boolean> {
  if (isPostgres(db)) return true;
  // Negative: begins to merge everything (https://www.sqlite.org/fts5.html, 6.7).
  let hasMore = await mergeSearchIndex(db, -mergeStep);
  while (hasMore) {
    await setImmediate();
    hasMore = await mergeSearchIndex(db, mergeStep);
  }
  return checkpoint(db);
}

/** @returns whether there is more to do: SQLite then says that it changed at least two rows */
async function mergeSearchIndex(db: Database, pages: number): Promise<boolean> {
  return onConnection(db, (connection) => {
    const changed = (): number => Number(connection.prepare("select total_changes()").pluck().get());
    const before = changed();
    connection.prepare("insert into users_search (users_search, rank) values ('merge', ?)").run(pages);
    return changed() - before >= 2;
  });
}
