import { chmodSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type BetterSqlite3 from "better-sqlite3";
import knex, { type Knex } from "knex";
import { migrations } from "../migrations/all.ts";
import { copyDataFile } from "./backups/copy-queries.ts";
import { ConfigError, makeDataDir } from "./data-dir.ts";
import { holdFile } from "./file-lock.ts";

export type Database = Knex;

/** SQLite's one connection, by Knex's client. */
const connections = new WeakMap<object, BetterSqlite3.Database>();

/**
 * Works with the connection itself, past Knex: at once, but for what would get into the middle of somebody else's
 * transaction.
 */
export async function onConnection<T>(db: Database, work: (connection: BetterSqlite3.Database) => T): Promise<T> {
  const connection = connections.get(db.client);
  if (connection && !connection.inTransaction) return work(connection);
  if (db.isTransaction && (db as Knex.Transaction).isCompleted()) throw new Error("the transaction is over");
  const own: BetterSqlite3.Database = await db.client.acquireConnection();
  try {
    return work(own);
  } finally {
    db.client.releaseConnection(own);
  }
}

/**
 * Opens (and creates, readable by its owner alone) `roster.db` in the folder. Reads its pragmas back.
 * @throws ConfigError in one line that names the file where it is none of SQLite's, or cannot be read
 */
export async function openDatabase(dataDir: string): Promise<Database> {
  makeDataDir(dataDir);
  const filename = join(dataDir, "roster.db");
  const db: Database = knex({
    client: "better-sqlite3",
    connection: { filename },
    useNullAsDefault: true,
    // Errors are logged: they show the statement with its question marks, never what was to be written.
    compileSqlOnError: false,
    // A failing migration is said once, by whoever started it.
    log: { warn: () => undefined, error: () => undefined },
    // SQLite has one writer, and better-sqlite3 is synchronous: a second connection would only wait for the first.
    pool: {
      min: 1,
      max: 1,
      afterCreate: (connection: BetterSqlite3.Database, done: (error: null, connection: unknown) => void) => {
        prepareConnection(connection);
        connections.set(db.client, connection);
        done(null, connection);
      },
    },
  });
  const [row] = await db
    .raw(
      "select foreign_keys, synchronous, journal_mode from pragma_foreign_keys, pragma_synchronous, pragma_journal_mode",
    )
    .catch(async (error: unknown) => {
      await db.destroy();
      throw new ConfigError(`DATA_DIR: ${filename} cannot be opened (${Error.isError(error) ? error.message : error})`);
    });
  if (row.foreign_keys !== 1 || row.synchronous !== 2 || row.journal_mode !== "wal") {
    throw new Error(`The data file ${filename} could not be opened safely: ${JSON.stringify(row)}`);
  }
  chmodSync(filename, 0o600);
  return db;
}

/** Brings what was written since the last checkpoint into the data file itself, also where a command has it open too. */
export async function closeDatabase(db: Database): Promise<void> {
  // Where that fails (the disk is full), it stays where it is, and the next start has it.
  await db.raw("pragma wal_checkpoint(TRUNCATE)").catch(() => undefined);
  await db.destroy();
}

const statementsKept = 200;

function prepareConnection(connection: BetterSqlite3.Database): void {
  connection.pragma("busy_timeout = 5000");
  connection.pragma("journal_mode = WAL");
  connection.pragma("synchronous = FULL");
  connection.pragma("foreign_keys = ON");
  // Knex opens transactions with a plain BEGIN; with it two processes that read and then write would refuse each other.
  const prepare = connection.prepare.bind(connection);
  // Knex also prepares each query anew, which takes longer than most of them run: those asked last stay prepared.
  const kept = new Map<string, BetterSqlite3.Statement>();
  connection.prepare = ((sql: string) => {
    const statement = kept.get(sql) ?? prepare(sql === "BEGIN;" ? "BEGIN IMMEDIATE;" : sql);
    kept.delete(sql);
    kept.set(sql, statement);
    const [oldest] = kept.keys();
    if (kept.size > statementsKept && oldest !== undefined) kept.delete(oldest);
    return statement;
  }) as typeof connection.prepare;
}

/** How long another process may take to bring the file up. Milliseconds. */
const patience = 60_000;

const forwardOnly = (): Promise<never> => Promise.reject(new Error("migrations only go forward"));

const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () => Object.keys(migrations),
  getMigrationName: (name) => name,
  // Knex wants a way back; there is none, a copy of the data file is made instead.
  getMigration: async (name) => ({ up: migrations[name] ?? forwardOnly, down: forwardOnly }),
};

/** The migrations that the data file lacks. @throws Error where a newer version of Roster has written the file */
export async function pendingMigrations(db: Database): Promise<string[]> {
  const done = await doneMigrations(db);
  const unknown = done.find((name) => !(name in migrations));
  if (unknown)
    throw new Error(
      `The data file was written by a newer Roster (it has "${unknown}"). Update Roster, or restore a backup.`,
    );
  return Object.keys(migrations).filter((name) => !done.includes(name));
}

const doneMigrations = async (db: Database): Promise<string[]> =>
  (await db.schema.hasTable("knex_migrations")) ? db("knex_migrations").pluck("name") : [];

/**
 * Brings the data file to this version, after copying it where it holds data already. Servers and commands that start at
 * the same moment do so one after the other.
 * @returns the copy's file name, or undefined where none was needed
 * @throws Error where a newer version of Roster has written the file
 */
export async function migrate(db: Database, dataDir: string): Promise<string | undefined> {
  if ((await pendingMigrations(db)).length === 0) return undefined;
  const giveBack = holdFile(join(dataDir, "migration.lock"), { wait: patience });
  if (!giveBack)
    throw new Error("Another process has been changing the data file for a minute; look what it is doing.");
  try {
    const [next] = await pendingMigrations(db);
    if (!next) return undefined;
    const isNew = (await doneMigrations(db)).length === 0;
    const copy = isNew ? undefined : await copyBefore(next, dataDir);
    // Knex keeps a lock of its own in the file, where it would stay if the process was killed.
    if (!isNew) await db.migrate.forceFreeMigrationsLock({ migrationSource });
    await db.migrate.latest({ migrationSource });
    return copy;
  } finally {
    giveBack();
  }
}

/** So many copies from before migrations stay, those of the latest. */
const copiesKept = 3;

/** @returns the name of a verified copy as the file is now */
async function copyBefore(migration: string, dataDir: string): Promise<string> {
  const copy = join(dataDir, `before-${migration}.db`);
  await copyDataFile(join(dataDir, "roster.db"), copy);
  const copies = readdirSync(dataDir).filter((name) => /^before-\d{4}-.*\.db$/.test(name));
  for (const old of copies.sort().slice(0, -copiesKept)) rmSync(join(dataDir, old));
  return copy;
}

/** True for the error of a unique constraint that the database refused a row for. */
export function isUniqueViolation(error: unknown): boolean {
  // Not instanceof: Jest gives each file globals of its own, and the database's library is loaded once for all of them.
  return Error.isError(error) && "code" in error && error.code === "SQLITE_CONSTRAINT_UNIQUE";
}
