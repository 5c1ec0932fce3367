import { chmodSync, rmSync } from "node:fs";
import BetterSqlite3 from "better-sqlite3";
import { flush, renameDurably } from "../platform/files.ts";

type Connection = BetterSqlite3.Database;

/** More pages than any file has: a copy in one step is not begun anew by what others write meanwhile. */
const allPages = 0x7fffffff;

/**
 * A consistent copy of the data file, also while others write to it: through SQLite's online backup, at one moment that
 * a reading transaction holds on to. It is verified (integrity, foreign keys, and as many rows in each table as there
 * were at that moment) before it gets its name, is one file alone, and readable by its owner alone.
 * @param to replaced where it is there
 * @throws Error where the copy is damaged or differs, or cannot be made; nothing is left then
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
    flush(part);
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
    // One file alone, which can be read where nothing can be written.
    copy.pragma("journal_mode = DELETE");
    const [fault] = damagesOf(copy);
    if (fault) throw new Error(`The copy is damaged (${fault})`);
    const copied = countRows(copy);
    const table = Object.keys({ ...rows, ...copied }).find((name) => rows[name] !== copied[name]);
    if (table) throw new Error(`The copy has ${copied[table] ?? "no"} rows in ${table} instead of ${rows[table]}`);
  } finally {
    copy.close();
  }
}

/** What SQLite itself finds wrong with the file, a line each. */
export function damagesOf(connection: Connection): string[] {
  const damages = connection.pragma("integrity_check") as { integrity_check: string }[];
  const orphans = connection.pragma("foreign_key_check") as { table: string; rowid: number | null; parent: string }[];
  return [
    ...damages.map((row) => row.integrity_check).filter((text) => text !== "ok"),
    ...orphans.map(({ table, rowid, parent }) => `${table}: row ${rowid} refers to nothing in ${parent}`),
  ];
}

/** The same of a file that others may have open. */
export function damagesIn(file: string): string[] {
  const connection = new BetterSqlite3(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    return damagesOf(connection);
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

/** The migrations that have made the file what it is; undefined where it is no data file of Roster. */
export function migrationsIn(connection: Connection): string[] | undefined {
  const tables = connection
    .prepare("select count(*) from sqlite_schema where name in ('knex_migrations', 'organizations', 'users')")
    .pluck()
    .get();
  if (tables !== 3) return undefined;
  return connection.prepare("select name from knex_migrations order by id").pluck().all() as string[];
}
