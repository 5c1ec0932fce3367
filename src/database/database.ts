import type { Knex } from "knex";
import { makeDataDir } from "../platform/data-dir.ts";
import { checkPostgres, openPostgres, uniqueViolation } from "./postgres.ts";
import { checkpoint, openSqlite } from "./sqlite.ts";

export type Database = Knex;

/** Whether the handle or transaction uses PostgreSQL: only for SQL that differs between the two databases. */
export const isPostgres = (db: Database): boolean => db.client.config.client === "pg";

/**
 * Opens PostgreSQL if there is an address, otherwise `roster.db` in the folder, which it creates readable only by its
 * owner.
 * @throws ConfigError in one line if it cannot
 */
export async function openDatabase({
  dataDir,
  databaseUrl,
  isServing = false,
}: {
  dataDir: string;
  databaseUrl?: string | undefined;
  /** For a server, which gives up sooner than a command if PostgreSQL is not responding. */
  isServing?: boolean;
}): Promise<Database> {
  makeDataDir(dataDir);
  if (databaseUrl === undefined) return openSqlite(dataDir);
  const db = await openPostgres(databaseUrl, { isServing });
  await checkPostgres(db);
  return db;
}

/** Leaves SQLite's data in one file, and no open connection. */
export async function closeDatabase(db: Database): Promise<void> {
  if (!isPostgres(db)) await checkpoint(db);
  await db.destroy();
}

const uniqueViolations = new Set<unknown>(["SQLITE_CONSTRAINT_UNIQUE", uniqueViolation]);

/** Whether the database refused a row because of a unique constraint. */
export function isUniqueViolation(error: unknown): boolean {
  // Not instanceof: Jest gives each test file its own globals, but loads the database's library only once.
  return Error.isError(error) && "code" in error && uniqueViolations.has(error.code);
}
