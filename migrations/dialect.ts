import type { Knex } from "knex";

export const isPostgres = (db: Knex): boolean => db.client.config.client === "pg";

/**
 * Makes PostgreSQL sort these columns by code point, as SQLite does: the order of a list must not depend on the
 * server's locale.
 */
export async function sortByCodePoint(db: Knex, table: string, columns: string[]): Promise<void> {
  if (!isPostgres(db)) return;
  for (const column of columns) await db.raw(`alter table ${table} alter column ${column} type text collate "C"`);
}
