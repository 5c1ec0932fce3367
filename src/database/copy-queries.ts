import { chmodSync, rmSync } from "node:fs";
import BetterSqlite3 from "better-sqlite3";
import { renameDurably, syncToDisk } from "../platform/files.ts";

type Connection = BetterSqlite3.Database;

/** More pages than any file has: a copy in one step does not restart when others write. */
const allPages = 0x7fffffff;

/**
 * Copies the data file consistently while others write to it: SQLite's online backup at one moment, held by a read
 * transaction. Verifies the copy (integrity, foreign keys, the same number of rows in each table) before it gets its
 * name. The copy is a single file that only its owner can read.
 * @param to replaced if it exists
 * @throws Error if the copy is damaged, differs or cannot be made; nothing is left then
 */
export async function copyDataFile(from: string, to: string): Promise<void> {
  const part = `${to}.${process.pid}.part`;
  const source = new BetterSqlite3(from, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    source.exec("begin");
    const rows = countRows(source);
    await source.backup(part, { progress: () => allPages });
    source.exec("commit");
    chmodSync(part, 0o600);
    verify(part, rows);
    syncToDisk(part);
    renameDurably(part, to);
  } catch (error) {
    for (const end of ["", "-journal", "-wal", "-shm"]) rmSync(part + end, { force: true });
    throw error;
  } finally {
    source.close();
  }
}

function verify(file: string, rows: Record<string, number>): void {
  const copy = new BetterSqlite3(file, { fileMustExist: true });
  try {
    // A single file, which can be read without write access.
    copy.pragma("journal_mode = DELETE");
    const [fault] = integrityErrorsOf(copy);
    if (fault) throw new Error(`The copy is damaged (${fault})`);
    const copied = countRows(copy);
    const table = Object.keys({ ...rows, ...copied }).find((name) => rows[name] !== copied[name]);
    if (table) throw new Error(`The copy has ${copied[table] ?? "no"} rows in ${table} instead of ${rows[table]}`);
  } finally {
    copy.close();
  }
}

/** Problems that SQLite finds in the file, one per line. */
export function integrityErrorsOf(connection: Connection): string[] {
  const damages = connection.pragma("integrity_check") as { integrity_check: string }[];
  const orphans = connection.pragma("foreign_key_check") as { table: string; rowid: number | null; parent: string }[];
  return [
    ...damages.map((row) => row.integrity_check).filter((text) => text !== "ok"),
    ...orphans.map(({ table, rowid, parent }) => `${table}: row ${rowid} refers to nothing in ${parent}`),
  ];
}

/** The same for a file that others may have open. */
export function findIntegrityErrors(file: string): string[] {
  const connection = new BetterSqlite3(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    return integrityErrorsOf(connection);
  } finally {
    connection.close();
  }
}

function countRows(connection: Connection): Record<string, number> {
  const tables = connection.prepare("select name from sqlite_schema where type = 'table'").pluck().all() as string[];
  return Object.fromEntries(
    tables.map((name) => [
      name,
      Number(
        connection
          .prepare(`select count(*) from "${name.replaceAll('"', '""')}"`)
          .pluck()
          .get(),
      ),
    ]),
  );
}

/** The migrations of the data file; undefined if it is not a data file of Roster. */
export function migrationsIn(connection: Connection): string[] | undefined {
  const tables = connection
    .prepare("select count(*) from sqlite_schema where name in ('knex_migrations', 'organizations', 'users')")
    .pluck()
    .get();
  if (tables !== 3) return undefined;
  return connection.prepare("select name from knex_migrations order by id").pluck().all() as string[];
}
