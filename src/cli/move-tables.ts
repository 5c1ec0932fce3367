import type { Knex } from "knex";
import { type Database, isPostgres } from "../database/database.ts";
import { ErrorList, reportProgress } from "./command.ts";
import {
  type Checksum,
  checksumTable,
  copyTable,
  inSnapshot,
  movedTables,
  requireEmpty,
  resetIdSequences,
} from "./move-queries.ts";
import { recordEverywhere } from "./queries.ts";

export type TableChecksum = { table: string } & Checksum;

/**
 * Copies every table as of one moment of the source, reads the target's back and compares them, in one transaction on
 * the target, which gets everything or nothing.
 * @param options `target` is its name for people; `finish` does more work inside the transaction
 * @throws ValidationError if the target is not empty or refuses a row; ErrorList with a line for each table that differs
 */
export async function moveAll(
  source: Database,
  target: Database,
  options: { target: string; finish?: (trx: Knex.Transaction) => Promise<void> },
): Promise<TableChecksum[]> {
  return target.transaction(async (into) => {
    await requireEmpty(into, options.target);
    const read = await inSnapshot(source, async (from) => {
      const sums: TableChecksum[] = [];
      for (const table of movedTables) {
        reportProgress(`Copying ${table.name}`);
        sums.push({ table: table.name, ...(await copyTable(from, into, table)) });
      }
      return sums;
    });
    await requireSame(into, read);
    await resetIdSequences(into);
    await recordEverywhere(into, "installation.moved", {
      database: { before: nameOf(source), after: nameOf(target) },
    });
    await options.finish?.(into);
    return read;
  });
}

const nameOf = (db: Database): string => (isPostgres(db) ? "PostgreSQL" : "SQLite");

async function requireSame(into: Knex.Transaction, read: TableChecksum[]): Promise<void> {
  const lines: string[] = [];
  for (const [index, table] of movedTables.entries()) {
    reportProgress(`Comparing ${table.name}`);
    const [before, after] = [read[index], await checksumTable(into, table)];
    if (before?.rows !== after.rows || before.sha256 !== after.sha256)
      lines.push(`${table.name}: read ${before ? formatChecksum(before) : 0}, written ${formatChecksum(after)}`);
  }
  if (lines.length > 0) throw new ErrorList([...lines, "The two sides differ. Nothing was moved"]);
}

/** The number of rows, and their checksum. */
export const formatChecksum = ({ rows, sha256 }: Checksum): string => `${rows.toLocaleString("en")} (${sha256})`;
