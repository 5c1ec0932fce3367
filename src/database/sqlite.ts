import { chmodSync, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type BetterSqlite3 from "better-sqlite3";
import knex, { type Knex } from "knex";
import { ConfigError } from "../platform/data-dir.ts";
import { describeSystemError, howToRestore } from "../platform/system-errors.ts";

/** A new file is empty for a few milliseconds, until SQLite writes its first page. */
const creationTimeoutMs = 3000;

/** SQLite's only connection, from Knex's client. */
const connections = new WeakMap<object, BetterSqlite3.Database>();

/** The connection while `readTogether` starts its reads. */
let reading: BetterSqlite3.Database | undefined;

/** Works with the connection directly, without Knex: immediately, unless it would run inside another transaction. */
export async function onConnection<T>(db: Knex, work: (connection: BetterSqlite3.Database) => T): Promise<T> {
  const connection = connections.get(db.client);
  if (connection && (connection === reading || !connection.inTransaction)) return work(connection);
  if (db.isTransaction && (db as Knex.Transaction).isCompleted()) throw new Error("the transaction is over");
  const own: BetterSqlite3.Database = await db.client.acquireConnection();
  try {
    return work(own);
  } finally {
    db.client.releaseConnection(own);
  }
}

/**
 * Prepared queries that `start` runs before it first waits share one read transaction: locking the file for each of them
 * takes longer than most of them.
 */
export function readTogether<T>(db: Knex, start: () => T): T {
  const connection = connections.get(db.client);
  if (!connection || connection.inTransaction) return start();
  connection.exec("begin");
  reading = connection;
  try {
    return start();
  } finally {
    reading = undefined;
    connection.exec("commit");
  }
}

/**
 * Writes without waiting for the disk: the next write that does wait includes it. Not inside a transaction, where
 * SQLite keeps its initial mode.
 */
export function withoutWaiting<T>(connection: BetterSqlite3.Database, write: () => T): T {
  connection.exec("pragma synchronous = NORMAL");
  try {
    return write();
  } finally {
    connection.exec("pragma synchronous = FULL");
  }
}

/**
 * Opens `roster.db` in the folder, or creates it readable only by its owner. Reads its pragmas back.
 * @throws ConfigError in one line that names the file if it is not SQLite's, or cannot be read
 */
export async function openSqlite(dataDir: string): Promise<Knex> {
  const filename = join(dataDir, "roster.db");
  // SQLite would create a new database in it, and Roster would ask for a first Admin.
  if (await remainsEmpty(filename, join(dataDir, "session-secret")))
    throw new ConfigError(`DATA_DIR: ${filename} is empty, so its data is lost. ${howToRestore}`);
  const db: Knex = knex({
    client: "better-sqlite3",
    connection: { filename },
    useNullAsDefault: true,
    // Errors are logged: they show the statement with question marks, never its values.
    compileSqlOnError: false,
    // The caller reports a failing migration.
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
      const words = describeSystemError(error) ?? (Error.isError(error) ? error.message : error);
      throw new ConfigError(`DATA_DIR: ${filename} can't be opened. ${words}`);
    });
  if (row.foreign_keys !== 1 || row.synchronous !== 2 || row.journal_mode !== "wal") {
    throw new Error(`The data file ${filename} could not be opened safely: ${JSON.stringify(row)}`);
  }
  chmodSync(filename, 0o600);
  return db;
}

/** Whether an installation in use has an empty file that no other process is creating now. */
async function remainsEmpty(filename: string, secret: string): Promise<boolean> {
  const isEmpty = (): boolean => existsSync(secret) && statSync(filename, { throwIfNoEntry: false })?.size === 0;
  const givesUp = Date.now() + creationTimeoutMs;
  while (isEmpty() && Date.now() < givesUp) await setTimeout(20);
  return isEmpty();
}

/**
 * Writes everything since the last checkpoint to the data file itself, even if a command has it open too, and empties
 * the log.
 * @returns false if it could not (the disk is full, a command reads): the data stays where it is
 */
export async function checkpoint(db: Knex): Promise<boolean> {
  const [row] = await db.raw("pragma wal_checkpoint(TRUNCATE)").catch(() => [{ busy: 1 }]);
  return row.busy === 0;
}

const statementsKept = 200;

function prepareConnection(connection: BetterSqlite3.Database): void {
  connection.pragma("busy_timeout = 5000");
  connection.pragma("journal_mode = WAL");
  connection.pragma("synchronous = FULL");
  // In a transaction of hundreds of statements SQLite otherwise writes to a temporary file what each of them could undo,
  // which takes longer than the statements themselves.
  connection.pragma("temp_store = MEMORY");
  connection.pragma("foreign_keys = ON");
  // What is deleted is overwritten, so that erased personal data is not left in free pages.
  connection.pragma("secure_delete = ON");
  // In KiB, for what a search of many users reads repeatedly. SQLite allocates it when needed.
  connection.pragma("cache_size = -65536");
  // Knex starts transactions with a plain BEGIN, with which two processes that read and then write would refuse each
  // other.
  const prepare = connection.prepare.bind(connection);
  // Knex also prepares each query again, which takes longer than running most of them: recent ones stay prepared.
  const kept = new Map<string, BetterSqlite3.Statement>();
  connection.prepare = ((sql: string) => {
    // A full disk has SQLite roll back on its own. Knex then rolls back too, whose failure would hide the disk's error.
    if (sql.startsWith("ROLLBACK") && !connection.inTransaction) return prepare("select 1 where false");
    // Each has another name.
    if (sql.includes("SAVEPOINT")) return prepare(sql);
    const statement = kept.get(sql) ?? prepare(sql === "BEGIN;" ? "BEGIN IMMEDIATE;" : sql);
    kept.delete(sql);
    kept.set(sql, statement);
    const [oldest] = kept.keys();
    if (kept.size > statementsKept && oldest !== undefined) kept.delete(oldest);
    return statement;
  }) as typeof connection.prepare;
}
