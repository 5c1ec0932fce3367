import type { Knex } from "knex";
import { deleteInBatches } from "../database/batches.ts";
import { type Database, isPostgres } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { type Sender, storedSender } from "../platform/network.ts";
import { timestamp, timestampIn } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";

// What all tables of jobs have in common: an Admin's own, checked, then running to its end; forgotten after an hour.

/** A table of jobs, and the table of their lines with the column that names the job. */
export type JobTables = { jobs: string; lines: string; key: string };

/** `address` and `browser`: from where the Admin began it. */
export type Job = {
  id: number;
  organizationId: OrganizationId;
  userId: number;
  state: string;
  address: string | null;
  browser: string | null;
  expiresAt: string;
};

const jobColumns = {
  ...{ id: "id", organizationId: "organization_id", userId: "user_id", state: "state" },
  ...{ address: "address", browser: "browser", expiresAt: "expires_at" },
};

type OwnJob = Pick<Job, "organizationId" | "userId" | "id">;
type OwnColumns<J extends Job> = Record<Exclude<keyof J, keyof Job>, string>;

/** Reads jobs of one kind, with the columns that only it has. @param flags those of them that are true or false */
export function jobReader<J extends Job>(
  { jobs }: JobTables,
  { columns, flags }: { columns: OwnColumns<J>; flags: readonly (keyof OwnColumns<J>)[] },
) {
  const all: Record<string, string> = { ...jobColumns, ...columns };
  const byId = prepared<{ id: number }, J>((db, $) => db(jobs).where({ id: $.id }).select(all));
  const ownById = prepared<OwnJob & { now: string }, J>((db, $) =>
    db(jobs)
      .where({ id: $.id, organization_id: $.organizationId, user_id: $.userId })
      .where("expires_at", ">", $.now)
      .select(all),
  );
  const toJob = (row: J | undefined): J | undefined =>
    row && { ...row, ...Object.fromEntries(flags.map((name) => [name, Boolean(row[name])])) };
  return {
    /** The Admin's own, until it expires. */
    findOwn: async (db: Database, own: OwnJob) => toJob(await ownById.first(db, { ...own, now: timestamp() })),
    /** Whosever it is. */
    find: async (trx: Knex.Transaction, id: number) => toJob(await byId.first(trx, { id })),
  };
}

const lifetime = 60 * 60_000;

export const jobExpiry = (): string => timestampIn(lifetime);

/** Once: only what was checked can begin. @returns whether this call began it */
export async function beginJob(
  trx: Knex.Transaction,
  { jobs }: JobTables,
  { id, from, columns = {} }: { id: number; from: Sender; columns?: Record<string, boolean> },
): Promise<boolean> {
  const begun = await trx(jobs)
    .where({ id, state: "checked" })
    .where("expires_at", ">", timestamp())
    .update({ ...columns, ...storedSender(from), state: "running", expires_at: jobExpiry() });
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
