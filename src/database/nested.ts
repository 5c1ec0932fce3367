import type { Knex } from "knex";
import { type Database, isPostgres } from "./database.ts";
import { onPooled } from "./postgres.ts";
import { onConnection } from "./sqlite.ts";

/**
 * Runs the work in a transaction; inside another one, in its own savepoint. Knex's nested transactions do the same
 * and take longer than the statements in them. Work inside a transaction must run one after the other.
 */
export async function inTransaction<T>(db: Database, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  if (!db.isTransaction) return db.transaction(work);
  await execute(db, "savepoint nested");
  try {
    const result = await work(db as Knex.Transaction);
    await execute(db, "release savepoint nested");
    return result;
  } catch (error) {
    await execute(db, "rollback to savepoint nested; release savepoint nested");
    throw error;
  }
}

async function execute(db: Database, sql: string): Promise<void> {
  if (isPostgres(db)) await onPooled(db, (connection) => connection.query(sql));
  // A full disk has SQLite roll back on its own, with all savepoints.
  else await onConnection(db, (connection) => void (connection.inTransaction && connection.exec(sql)));
}
