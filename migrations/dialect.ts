import type { Knex } from "knex";

/** Whether a migration's words are for PostgreSQL rather than SQLite. */
export const isPostgres = (db: Knex): boolean => db.client.config.client === "pg";

/**
 * Keeps columns in the order of their code points, as SQLite has all text: what a list sorts by must not depend on the
 * language of the server.
 */
export async function sortByCodePoint(db: Knex, table: string, columns: string[]): Promise<void> {
  if (!isPostgres(db)) return;
  for (const column of columns) await db.raw(`alter table ${table} alter column ${column} type text collate "C"`);
}
