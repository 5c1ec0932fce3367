import { createHash, type Hash } from "node:crypto";
import type { Knex } from "knex";
import { insertActivity } from "../audit/queries.ts";
import { type Database, isPostgres } from "../database/database.ts";
import { Refusal } from "../roles/refusal.ts";
import { operator } from "./command.ts";

// What `move` reads and writes. Columns are taken as they are: both sides have the tables of the same migrations.

type Table = {
  name: string;
  /** What its rows are told apart by, and read in the order of. */
  key: readonly [string, string?];
  /** Newest first: a key that was rotated refers to a later one. */
  newestFirst?: boolean;
  /** Rows in memory at once, where a thousand are too much. */
  atOnce?: number;
};

/** All that is moved, each after what it refers to. */
export const movedTables: readonly Table[] = [
  { name: "organizations", key: ["id"] },
  { name: "users", key: ["id"] },
  { name: "photos", key: ["user_id"], atOnce: 20 },
  { name: "one_time_links", key: ["token_hash"] },
  { name: "throttles", key: ["key"] },
  { name: "api_keys", key: ["id"], newestFirst: true },
  { name: "idempotency_keys", key: ["key_id", "name"] },
  { name: "activity", key: ["id"] },
  { name: "refused_log_ins", key: ["id"] },
  { name: "known_browsers", key: ["id"] },
  { name: "second_factors", key: ["user_id"] },
  { name: "recovery_codes", key: ["user_id", "code_hash"] },
  { name: "mails", key: ["id"] },
];

/** Not moved, and empty in a database on which no Roster has run: everybody logs in again, and the secret is shared anew. */
export const leftTables: readonly string[] = ["sessions", "shared_secrets", "submissions"];

/** Keys that are texts: their order must be that of code points on both sides. */
const textKeys = new Set(["token_hash", "key", "name", "code_hash"]);

const [rowsAtOnce, rowsInOneInsert] = [1_000, 100];

type Row = Record<string, unknown>;

/** How much a table holds, and what: equal on both databases where each value is. */
export type Sum = { rows: number; sha256: string };

/** One moment of the source, which nothing is written to. */
export async function inSnapshot<T>(db: Database, read: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  // On SQLite a transaction keeps all others from writing.
  return isPostgres(db)
    ? db.transaction(read, { isolationLevel: "repeatable read", readOnly: true })
    : db.transaction(read);
}

/** Nobody else writes to the target until the transaction is over. @throws Refusal where it has rows, and in which table */
export async function requireEmpty(trx: Knex.Transaction, target: string): Promise<void> {
  const names = [...movedTables.map(({ name }) => name), ...leftTables];
  if (isPostgres(trx)) await trx.raw(`lock table ${names.join(", ")} in exclusive mode`);
  for (const name of names) {
    if (await trx(name).first(trx.raw("1 as one")))
      throw new Refusal(`--to: ${target} is not empty, it has rows in ${name}; move to an empty database`);
  }
}

/** @throws Refusal where the database has tables, and none that say which Roster made them */
export async function requireOwnTables(db: Database, target: string): Promise<void> {
  if (!isPostgres(db) || (await db.schema.hasTable("knex_migrations"))) return;
  const other = await db("pg_tables").whereRaw("schemaname = current_schema()").first("tablename");
  if (other)
    throw new Refusal(`--to: ${target} has tables of something else (${other.tablename}); move to an empty database`);
}

/** Copies the table's rows. @returns what was read @throws Refusal where the target does not take a row */
export async function copyTable(from: Database, into: Knex.Transaction, table: Table): Promise<Sum> {
  const sum = startSum();
  for await (const rows of batches(from, table)) {
    for (const row of rows) addRow(sum, row);
    for (let start = 0; start < rows.length; start += rowsInOneInsert)
      await into(table.name)
        .insert(rows.slice(start, start + rowsInOneInsert))
        .catch((error: Error) => {
          // What Knex puts before it is the statement.
          const why = error.message.split(" - ").at(-1);
          throw new Refusal(`${table.name} could not be moved (${why}). Nothing was changed`);
        });
  }
  return endSum(sum);
}

/** What the table holds now. */
export async function sumTable(db: Database, table: Table): Promise<Sum> {
  const sum = startSum();
  for await (const rows of batches(db, table)) for (const row of rows) addRow(sum, row);
  return endSum(sum);
}

async function* batches(db: Database, table: Table): AsyncGenerator<Row[]> {
  const { name, key, newestFirst = false, atOnce = rowsAtOnce } = table;
  const columns = key.filter((column) => column !== undefined);
  const codePoints = isPostgres(db) ? ' collate "C"' : "";
  const ordered = columns.map((column) => `"${column}"${textKeys.has(column) ? codePoints : ""}`);
  const [direction, beyond] = newestFirst ? ["desc", "<"] : ["asc", ">"];
  const order = ordered.map((column) => `${column} ${direction}`).join(", ");
  const afterCursor = `(${ordered.join(", ")}) ${beyond} (${columns.map(() => "?").join(", ")})`;
  for (let last: Row | undefined; ; ) {
    const query = db(name).orderByRaw(order).limit(atOnce);
    // The first alone as well, for which there is an index whatever the order of texts in it.
    if (last)
      query.whereRaw(`${ordered[0]} ${beyond}= ?`, [last[key[0]] as string]).whereRaw(
        afterCursor,
        columns.map((column) => last?.[column] as string),
      );
    const rows: Row[] = await query;
    if (rows.length > 0) yield rows;
    if (rows.length < atOnce) return;
    last = rows.at(-1);
  }
}

type Running = { rows: number; hash: Hash };

const startSum = (): Running => ({ rows: 0, hash: createHash("sha256") });
const endSum = ({ rows, hash }: Running): Sum => ({ rows, sha256: hash.digest("hex") });

/** A line of JSON for each row, its columns by name; bytes as their own checksum. */
function addRow(sum: Running, row: Row): void {
  const values = Object.keys(row)
    .sort()
    .map((column) => [column, Buffer.isBuffer(row[column]) ? sha256(row[column]) : row[column]]);
  sum.rows += 1;
  sum.hash.update(`${JSON.stringify(values)}\n`);
}

const sha256 = (bytes: Buffer): { sha256: string } => ({ sha256: createHash("sha256").update(bytes).digest("hex") });

/** New rows get ids after those that were moved: SQLite sees to it by itself, PostgreSQL is told. */
export async function resetIdSequences(trx: Knex.Transaction): Promise<void> {
  if (!isPostgres(trx)) return;
  for (const { name, key } of movedTables) {
    if (key[0] !== "id") continue;
    await trx.raw(`select setval(pg_get_serial_sequence('${name}', 'id'), max(id)) from ${name} having max(id) > 0`);
  }
}

/** Tells every organization's history. */
export async function recordMove(trx: Knex.Transaction, database: { before: string; after: string }): Promise<void> {
  for (const organizationId of await trx("organizations").pluck("id"))
    await insertActivity(trx, {
      actor: operator,
      organizationId,
      action: "installation.moved",
      changes: { database },
    });
}

/** The texts of mails that wait and carry a secret, sealed. */
export async function listWaitingSealedTexts(db: Database): Promise<{ uid: string; sealed: string }[]> {
  return db("mails")
    .where({ sent_at: null, failed_at: null })
    .whereNotNull("sealed_text")
    .select({ uid: "uid", sealed: "sealed_text" });
}
