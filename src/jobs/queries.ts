import type { Knex } from "knex";
import { deleteInBatches } from "../database/batches.ts";
import { type Database, isPostgres } from "../database/database.ts";
import { timestamp, timestampIn } from "../platform/time.ts";

// What all tables of jobs have in common: an Admin's own, checked, then running to its end; forgotten after an hour.

/** A table of jobs, and the table of their lines with the column that names the job. */
export type JobTables = { jobs: string; lines: string; key: string };

const lifetime = 60 * 60_000;

export const jobExpiry = (): string => timestampIn(lifetime);

/** Once: only what was checked can begin. @returns whether this call began it */
export async function beginJob(
  trx: Knex.Transaction,
  { jobs }: JobTables,
  { id, ...columns }: { id: number } & Record<string, string | number | boolean | null>,
): Promise<boolean> {
  const begun = await trx(jobs)
    .where({ id, state: "checked" })
    .where("expires_at", ">", timestamp())
    .update({ ...columns, state: "running", expires_at: jobExpiry() });
  return begun === 1;
}

/** Until this is committed nobody else continues it. */
export async function lockJob(trx: Knex.Transaction, { jobs }: JobTables, id: number): Promise<void> {
  if (isPostgres(trx)) await trx(jobs).where({ id }).forUpdate().first("id");
}

/** After each batch: it expires an hour from now. */
export async function prolongJob(trx: Knex.Transaction, { jobs }: JobTables, id: number): Promise<void> {
  await trx(jobs).where({ id }).update({ expires_at: jobExpiry() });
}

/** Whether nobody has continued it for some seconds. */
export const isStalled = ({ expiresAt }: { expiresAt: string }): boolean => expiresAt < timestampIn(lifetime - 10_000);

export async function endJob(trx: Knex.Transaction, { jobs }: JobTables, id: number): Promise<void> {
  await trx(jobs).where({ id }).update({ state: "done", expires_at: jobExpiry() });
}

export async function listRunningJobs(db: Database, { jobs }: JobTables): Promise<number[]> {
  return db(jobs).where({ state: "running" }).orderBy("id").pluck("id");
}

/** What is over, with personal data. */
export async function deleteExpiredJobs(db: Database, { jobs, lines, key }: JobTables): Promise<void> {
  const ids = await db(jobs).where("expires_at", "<=", timestamp()).whereNot({ state: "running" }).pluck("id");
  await deleteInBatches(db, { table: lines, key: "id", choose: (query) => void query.whereIn(key, ids) });
  await db(jobs).whereIn("id", ids).del();
}
