import type { Knex } from "knex";
import { type Database, isPostgres } from "../database/database.ts";
import { progress, Refusals } from "./command.ts";
import {
  copyTable,
  inSnapshot,
  movedTables,
  recordMove,
  requireEmpty,
  resetIdSequences,
  type Sum,
  sumTable,
} from "./move-queries.ts";

export type TableSum = { table: string } & Sum;

/**
 * Copies every table as of one moment of the source, reads the target's back and compares them, in one transaction on
 * the target, which gets everything or nothing.
 * @param options `target` is its name for people; `finish` does more work inside the transaction
 * @throws Refusal if the target is not empty or refuses a row; Refusals with a line for each table that differs
 */
export async function moveAll(
  source: Database,
  target: Database,
  options: { target: string; finish?: (trx: Knex.Transaction) => Promise<void> },
): Promise<TableSum[]> {
  return target.transaction(async (into) => {
    await requireEmpty(into, options.target);
    const read = await inSnapshot(source, async (from) => {
      const sums: TableSum[] = [];
      for (const table of movedTables) {
        progress(`Copying ${table.name}`);
        sums.push({ table: table.name, ...(await copyTable(from, into, table)) });
      }
      return sums;
    });
    await requireSame(into, read);
    await resetIdSequences(into);
    await recordMove(into, { before: nameOf(source), after: nameOf(target) });
    await options.finish?.(into);
    return read;
  });
}

const nameOf = (db: Database): string => (isPostgres(db) ? "PostgreSQL" : "SQLite");

async function requireSame(into: Knex.Transaction, read: TableSum[]): Promise<void> {
  const lines: string[] = [];
  for (const [index, table] of movedTables.entries()) {
    progress(`Comparing ${table.name}`);
    const [before, after] = [read[index], await sumTable(into, table)];
    if (before?.rows !== after.rows || before.sha256 !== after.sha256)
      lines.push(`${table.name}: read ${before ? sumInWords(before) : 0}, written ${sumInWords(after)}`);
  }
  if (lines.length > 0) throw new Refusals([...lines, "Nothing was moved: both sides must be the same"]);
}

/** The number of rows, and their checksum. */
export const sumInWords = ({ rows, sha256 }: Sum): string => `${rows.toLocaleString("en")} (${sha256})`;
