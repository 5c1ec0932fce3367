import type { Socket } from "node:net";
import knex, { type Knex } from "knex";
import type { ClientBase } from "pg";
import { ConfigError } from "../platform/data-dir.ts";

// What PostgreSQL needs and SQLite does not: a pool, one organization's changes in turn, one migration at a time.

/** Per process; a small server allows a hundred in total. */
const maxConnections = 10;
/** How long a request waits for a connection or its turn before it gets 503. Milliseconds. */
const timeoutMs = 10_000;
/** A server runs no query this long; a connection that is silent this long is lost. Milliseconds. */
const socketTimeoutMs = 12_000;

/** Opens a pool, without connecting yet. @param url such as postgres://user:password@host:5432/roster */
export async function openPostgres(url: string, { isServing = false } = {}): Promise<Knex> {
  const { default: pg } = await import("pg");
  // PostgreSQL's counts have 64 bits, and the driver returns them as text; ours are far below 2^53.
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  // As in SQLite.
  pg.types.setTypeParser(pg.types.builtins.BOOL, (text) => (text === "t" ? 1 : 0));
  // Knex's types know only some of these options; the driver knows all of them.
  const connection = {
    connectionString: withTlsModes(url),
    application_name: "roster",
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: 60_000,
    lock_timeout: timeoutMs,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
  };
  return knex({
    client: "pg",
    connection,
    pool: { min: 0, max: maxConnections, ...(isServing && { afterCreate: prepareForServing }) },
    acquireConnectionTimeout: timeoutMs,
    compileSqlOnError: false,
    log: { warn: () => undefined, error: () => undefined },
  });
}

/** Makes the driver read `sslmode` as PostgreSQL's manual does, where "require" checks no certificate. */
function withTlsModes(url: string): string {
  return new URL(url).searchParams.has("sslmode") ? `${url}&uselibpqcompat=true` : url;
}

/** Refuses a connection to a read-only server: during a failover the address may lead to a standby. */
function prepareForServing(
  client: ClientBase & { end: () => void },
  done: (error: unknown, client: ClientBase) => void,
) {
  destroyOnTimeout(client);
  const refuse = (error: unknown): void => {
    client.end();
    done(error, client);
  };
  client.query("select current_setting('transaction_read_only') = 'on' as is_standby").then(({ rows }) => {
    if (!rows[0].is_standby) return done(null, client);
    refuse(Object.assign(new Error("the database is a standby and takes no changes"), { code: "57P03" }));
  }, refuse);
}

/**
 * A machine without power, or a network that drops everything, sends no error: the system would wait for 15 minutes.
 */
function destroyOnTimeout(client: ClientBase): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  const isWaiting = () => !(client as unknown as { readyForQuery: boolean }).readyForQuery;
  const error = Object.assign(new Error("the database is not responding"), { code: "ETIMEDOUT" });
  stream.setTimeout(socketTimeoutMs, () => void (isWaiting() && stream.destroy(error)));
}

/** Works with one of the pool's connections directly, without Knex; inside a transaction with the transaction's own. */
export async function onPooled<T>(db: Knex, work: (connection: ClientBase) => Promise<T>): Promise<T> {
  if (db.isTransaction && (db as Knex.Transaction).isCompleted()) throw new Error("the transaction is over");
  const connection: ClientBase = await db.client.acquireConnection();
  try {
    return await work(connection);
  } finally {
    db.client.releaseConnection(connection);
  }
}

/** The oldest version that tests cover. */
const oldestVersion = 15;

/** @throws ConfigError in one line if the server cannot be reached, or is too old */
export async function checkPostgres(db: Knex): Promise<void> {
  const version = await db
    .raw("select current_setting('server_version_num')::int / 10000 as version, getdatabaseencoding() as encoding")
    .catch((error: NodeJS.ErrnoException) => {
      throw new ConfigError(`DATABASE_URL: ${faultOf(error)}`);
    });
  const [row] = version.rows;
  if (row.version < oldestVersion)
    throw new ConfigError(`DATABASE_URL: PostgreSQL ${row.version} is too old; Roster needs ${oldestVersion} or newer`);
  if (row.encoding !== "UTF8")
    throw new ConfigError(`DATABASE_URL: the database's encoding is ${row.encoding}; create one with UTF8`);
}

/** One line: after a semicolon Node.js gives advice for people who start it themselves. */
function faultOf({ code = "", syscall, message }: NodeJS.ErrnoException): string {
  // Of sslrootcert, sslcert or sslkey.
  if (syscall === "open") return message;
  if (/CERT|VERIFY/.test(code))
    return `the database's certificate is not trusted: ${message.split(";")[0]} (set sslrootcert to its CA's file)`;
  return `the database is not responding (${message})`;
}

/** Numbers that no other program uses. The process that holds one migrates, cleans up, or sets Roster up. */
const [migrationLock, cleaningLock, setupLock] = [7_264_951, 7_264_952, 7_264_953];

/** Does the work while no other process does; the others wait for their turn. There is no time limit. */
export async function withMigrationLock<T>(db: Knex, work: (db: Knex) => Promise<T>): Promise<T> {
  const { config } = db.client;
  const limits = { statement_timeout: 0, lock_timeout: 0, idle_in_transaction_session_timeout: 0 };
  const migrationDb = knex({ ...config, connection: { ...config.connection, ...limits }, pool: { min: 0, max: 3 } });
  try {
    return await migrationDb.transaction(async (trx) => {
      await trx.raw("select pg_advisory_xact_lock(?)", [migrationLock]);
      return work(migrationDb);
    });
  } finally {
    await migrationDb.destroy();
  }
}

/** Does the work, unless another process is doing it. */
export async function withMaintenanceLock(db: Knex, work: () => Promise<void>): Promise<void> {
  await db.transaction(async (trx) => {
    await trx.raw("set local idle_in_transaction_session_timeout = 0");
    const { rows } = await trx.raw("select pg_try_advisory_xact_lock(?) as mine", [cleaningLock]);
    if (rows[0].mine) await work();
  });
}

/** If several people set Roster up at the same instant, all but the first wait for its transaction. */
export async function lockSetup(trx: Knex.Transaction): Promise<void> {
  await trx.raw("select pg_advisory_xact_lock(?)", [setupLock]);
}

/** PostgreSQL's error codes for a unique constraint. */
export const uniqueViolation = "23505";
