import type { Knex } from "knex";
import { type Database, isPostgres } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import type { Plan, PlannedLine } from "./plan.ts";

/** How many lines there are of each plan and outcome. */
export type LineCount = { plan: Plan; outcome: Outcome | null; count: number };
export type Outcome = "created" | "changed" | "left-out" | "failed";

export async function countLines(db: Database, id: number): Promise<LineCount[]> {
  const rows: (Omit<LineCount, "count"> & { count: string | number })[] = await db("import_lines")
    .where({ import_id: id })
    .groupBy("plan", "outcome")
    .select("plan", "outcome")
    .count({ count: "*" });
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

export type ImportLine = PlannedLine & {
  id: number;
  outcome: Outcome | null;
  reason: string | null;
};
type LineRow = Omit<ImportLine, keyof PlannedLine> & Pick<PlannedLine, "line" | "raw" | "plan"> & { details: string };

const lineColumns = {
  ...{ id: "id", line: "line", raw: "raw", plan: "plan", details: "details" },
  ...{ outcome: "outcome", reason: "reason" },
};

const toLine = ({ details, ...row }: LineRow): ImportLine => ({ ...JSON.parse(details), ...row });

/** Some of its lines, in the order of the file. */
export async function listLines(
  db: Database,
  id: number,
  { offset = 0, limit, choose = () => undefined }: Listing,
): Promise<ImportLine[]> {
  const rows = await db("import_lines")
    .where({ import_id: id })
    .modify(choose)
    .orderBy("line")
    .offset(offset)
    .limit(limit)
    .select(lineColumns);
  return rows.map(toLine);
}

const remaining = (query: Knex.QueryBuilder): void =>
  void query.whereNull("outcome").whereIn("plan", ["create", "change"]);

/** Those that something is still to be done for. */
export const listRemainingLines = (db: Database, id: number, limit: number): Promise<ImportLine[]> =>
  listLines(db, id, { limit, choose: remaining });

export async function failRemainingLines(trx: Knex.Transaction, id: number, reason: string): Promise<void> {
  await trx("import_lines").where({ import_id: id }).modify(remaining).update({ outcome: "failed", reason });
}

/** A whole file of them is at most a file's 2 MB. */
const all = 10_000;

/** Those that are wrong, and those that could not be done. */
export const listFailedLines = (db: Database, id: number): Promise<ImportLine[]> =>
  listLines(db, id, {
    limit: all,
    choose: (query) => void query.where((either) => either.where({ plan: "wrong" }).orWhere({ outcome: "failed" })),
  });

type Listing = { offset?: number; limit: number; choose?: (query: Knex.QueryBuilder) => void };

const writeLine = prepared<Pick<ImportLine, "id" | "outcome" | "reason"> & { encryptedLink: string | null }>((db, $) =>
  db("import_lines")
    .where({ id: $.id })
    .update({ outcome: $.outcome, reason: $.reason, encrypted_link: $.encryptedLink }),
);

export async function updateLine(
  trx: Knex.Transaction,
  id: number,
  { outcome, reason, encryptedLink }: Pick<ImportLine, "outcome" | "reason"> & { encryptedLink: string | null },
): Promise<void> {
  await writeLine.run(trx, { id, outcome, reason, encryptedLink });
}

/** Those with an invitation link; nobody gets the links again. */
export async function takeLinks(
  trx: Knex.Transaction,
  id: number,
): Promise<(ImportLine & { encryptedLink: string })[]> {
  const rows: (LineRow & { encryptedLink: string })[] = await trx("import_lines")
    .where({ import_id: id })
    .whereNotNull("encrypted_link")
    .orderBy("line")
    .modify((query) => void (isPostgres(trx) && query.forUpdate()))
    .select({ ...lineColumns, encryptedLink: "encrypted_link" });
  await trx("import_lines").where({ import_id: id }).update({ encrypted_link: null });
  return rows.map((row) => ({ ...toLine(row), encryptedLink: row.encryptedLink }));
}

export async function hasLinks(db: Database, id: number): Promise<boolean> {
  return (await db("import_lines").where({ import_id: id }).whereNotNull("encrypted_link").first("id")) !== undefined;
}
