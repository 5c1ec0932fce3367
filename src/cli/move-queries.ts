import { createHash, type Hash } from "node:crypto";
import type { Knex } from "knex";
import { type Database, isPostgres } from "../database/database.ts";
import { ValidationError } from "../roles/errors.ts";

// What `move` reads and writes. It copies columns unchanged, because both sides have the tables of the same migrations.

type Table = {
  name: string;
  /** The columns that identify and order its rows. */
  key: readonly [string, string?];
  /** Newest first: a rotated key refers to a later one. */
  newestFirst?: boolean;
  /** How many rows to read at a time, if a thousand are too much. */
  batchSize?: number;
};

/** All tables that are moved, each after those that it refers to. */
export const movedTables: readonly Table[] = [
  { name: "organizations", key: ["id"] },
  { name: "users", key: ["id"] },
  { name: "photos", key: ["user_id"], batchSize: 20 },
  { name: "one_time_links", key: ["token_hash"] },
  { name: "throttles", key: ["key"] },
  { name: "api_keys", key: ["id"], newestFirst: true },
  { name: "idempotency_keys", key: ["key_id", "name"] },
  { name: "applications", key: ["id"] },
  { name: "signing_keys", key: ["kid"] },
  { name: "activity", key: ["id"] },
  { name: "refused_log_ins", key: ["id"] },
  { name: "known_browsers", key: ["id"] },
  { name: "second_factors", key: ["user_id"] },
  { name: "recovery_codes", key: ["user_id", "code_hash"] },
  { name: "deliveries", key: ["id"] },
];

/** Not moved, and empty in a new database: everyone must log in again, and the secret is shared again. */
export const skippedTables: readonly string[] = [
  "sessions",
  "oidc_records",
  "shared_secrets",
  "submissions",
  "imports",
  "import_lines",
  "group_actions",
  "group_action_lines",
];

/** Keys that are texts, which both sides must sort by code point. */
const textKeys = new Set(["token_hash", "key", "name", "code_hash", "kid"]);

const [defaultBatchSize, rowsInOneInsert] = [1_000, 100];

type Row = Record<string, unknown>;

/** The number and checksum of a table's rows: the same on both databases if every value is. */
export type Checksum = { rows: number; sha256: string };

/** One moment of the source, to which nothing is written. */
export async function inSnapshot<T>(db: Database, read: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  // On SQLite a transaction keeps all others from writing.
  return isPostgres(db)
    ? db.transaction(read, { isolationLevel: "repeatable read", readOnly: true })
    : db.transaction(read);
}

/** Nobody else writes to the target until the transaction ends. @throws ValidationError that names a table with rows */
export async function requireEmpty(trx: Knex.Transaction, target: string): Promise<void> {
  const names = [...movedTables.map(({ name }) => name), ...skippedTables];
  if (isPostgres(trx)) await trx.raw(`lock table ${names.join(", ")} in exclusive mode`);
  for (const name of names) {
    if (await trx(name).first(trx.raw("1 as one")))
      throw new ValidationError(`--to: ${target} is not empty: it has rows in ${name}. Choose an empty database`);
  }
}

/** @throws ValidationError if the database has tables that do not say which Roster created them */
export async function requireOwnTables(db: Database, target: string): Promise<void> {
  if (!isPostgres(db) || (await db.schema.hasTable("knex_migrations"))) return;
  const other = await db("pg_tables").whereRaw("schemaname = current_schema()").first("tablename");
  if (other)
    throw new ValidationError(
      `--to: ${target} has tables of another program (${other.tablename}). Choose an empty database`,
    );
}

/** Copies the table's rows. @returns the rows read @throws ValidationError if the target refuses a row */
export async function copyTable(from: Database, into: Knex.Transaction, table: Table): Promise<Checksum> {
  const sum = startChecksum();
  for await (const rows of batches(from, table)) {
    for (const row of rows) addRow(sum, row);
    for (let start = 0; start < rows.length; start += rowsInOneInsert)
      await into(table.name)
        .insert(rows.slice(start, start + rowsInOneInsert))
        .catch((error: Error) => {
          // Knex puts the statement before it.
          const why = error.message.split(" - ").at(-1);
          throw new ValidationError(`${table.name} could not be copied (${why}). Nothing was changed`);
        });
  }
  return endChecksum(sum);
}

/** The table's current rows. */
export async function checksumTable(db: Database, table: Table): Promise<Checksum> {
  const sum = startChecksum();
  for await (const rows of batches(db, table)) for (const row of rows) addRow(sum, row);
  return endChecksum(sum);
}

async function* batches(db: Database, table: Table): AsyncGenerator<Row[]> {
  const { name, key, newestFirst = false, batchSize = defaultBatchSize } = table;
  const columns = key.filter((column) => column !== undefined);
  const codePoints = isPostgres(db) ? ' collate "C"' : "";
  const ordered = columns.map((column) => `"${column}"${textKeys.has(column) ? codePoints : ""}`);
  const [direction, beyond] = newestFirst ? ["desc", "<"] : ["asc", ">"];
  const order = ordered.map((column) => `${column} ${direction}`).join(", ");
  const afterCursor = `(${ordered.join(", ")}) ${beyond} (${columns.map(() => "?").join(", ")})`;
  for (let last: Row | undefined; ; ) {
    const query = db(name).orderByRaw(order).limit(batchSize);
    // Also by the first column alone, which has an index whatever the order of its texts.
    if (last)
      query.whereRaw(`${ordered[0]} ${beyond}= ?`, [last[key[0]] as string]).whereRaw(
        afterCursor,
        columns.map((column) => last?.[column] as string),
      );
    const rows: Row[] = await query;
    if (rows.length > 0) yield rows;
    if (rows.length < batchSize) return;
    last = rows.at(-1);
  }
}

type Running = { rows: number; hash: Hash };

const startChecksum = (): Running => ({ rows: 0, hash: createHash("sha256") });
const endChecksum = ({ rows, hash }: Running): Checksum => ({ rows, sha256: hash.digest("hex") });

/** A line of JSON for each row, its columns by name; bytes as their own checksum. */
function addRow(sum: Running, row: Row): void {
  const values = Object.keys(row)
    .sort()
    .map((column) => [column, Buffer.isBuffer(row[column]) ? sha256(row[column]) : row[column]]);
  sum.rows += 1;
  sum.hash.update(`${JSON.stringify(values)}\n`);
}

const sha256 = (bytes: Buffer): { sha256: string } => ({ sha256: createHash("sha256").update(bytes).digest("hex") });

/** New rows get IDs after the moved ones: SQLite does so automatically, PostgreSQL needs a statement. */
export async function resetIdSequences(trx: Knex.Transaction): Promise<void> {
  if (!isPostgres(trx)) return;
  for (const { name, key } of movedTables) {
    if (key[0] !== "id") continue;
    await trx.raw(`select setval(pg_get_serial_sequence('${name}', 'id'), max(id)) from ${name} having max(id) > 0`);
  }
}

/** The sealed texts of queued emails with a secret. */
export async function listPendingEncryptedTexts(db: Database): Promise<{ uid: string; encrypted: string }[]> {
  return db("deliveries")
    .where({ sent_at: null, failed_at: null })
    .whereNotNull("encrypted_text")
    .select({ uid: "uid", encrypted: "encrypted_text" });
}
