import type { Knex } from "knex";
import { makeDataDir } from "../platform/data-dir.ts";
import { checkPostgres, openPostgres, uniqueViolation } from "./postgres.ts";
import { checkpoint, openSqlite } from "./sqlite.ts";

export type Database = Knex;

/** Whether the handle or transaction speaks to PostgreSQL: asked only where the two databases' words differ. */
export const isPostgres = (db: Database): boolean => db.client.config.client === "pg";

/**
 * Opens PostgreSQL where its address is given; else (creating it, readable by its owner alone) `roster.db` in the folder.
 * @throws ConfigError in one line where that cannot be
 */
export async function openDatabase({
  dataDir,
  databaseUrl,
  isServing = false,
}: {
  dataDir: string;
  databaseUrl?: string | undefined;
  /** For a server, which gives up sooner than a command what PostgreSQL does not answer. */
  isServing?: boolean;
}): Promise<Database> {
  makeDataDir(dataDir);
  if (databaseUrl === undefined) return openSqlite(dataDir);
  const db = await openPostgres(databaseUrl, { isServing });
  await checkPostgres(db);
  return db;
}

/** Leaves SQLite's data in the one file, and no connection behind. */
export async function closeDatabase(db: Database): Promise<void> {
  if (!isPostgres(db)) await checkpoint(db);
  await db.destroy();
}

const uniqueViolations = new Set<unknown>(["SQLITE_CONSTRAINT_UNIQUE", uniqueViolation]);

/** True for the error of a unique constraint that the database refused a row for. */
export function isUniqueViolation(error: unknown): boolean {
  // Not instanceof: Jest gives each file globals of its own, and the database's library is loaded once for all of them.
  return Error.isError(error) && "code" in error && uniqueViolations.has(error.code);
}
