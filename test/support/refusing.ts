import { lockOrganization } from "../../src/audit/queries.ts";
import { type Database, isPostgres } from "../../src/database/database.ts";
import type { OrganizationId } from "../../src/roles/people.ts";

/** Makes the database refuse such writes. @returns allows them again */
export async function refuseWrites(
  db: Database,
  what: "insert" | "update",
  table: string,
  { reason = "the disk is full", when = "true", code = "P0001" } = {},
): Promise<() => Promise<void>> {
  const name = `no_${what}_of_${table}`;
  if (isPostgres(db)) {
    await db.raw(
      `create function ${name}() returns trigger language plpgsql as $$ begin raise exception '${reason}' using errcode = '${code}'; end $$`,
    );
    await db.raw(
      `create trigger ${name} before ${what} on ${table} for each row when (${when}) execute function ${name}()`,
    );
    return async () => void (await db.raw(`drop function ${name} cascade`));
  }
  await db.raw(
    `create trigger ${name} before ${what} on ${table} when ${when} begin select raise(abort, '${reason}'); end`,
  );
  return async () => void (await db.raw(`drop trigger ${name}`));
}

/** Does the work without the table's triggers, which keep history unchanged. */
export async function withoutRules(db: Database, table: string, work: () => Promise<unknown>): Promise<void> {
  if (isPostgres(db)) {
    await db.raw(`alter table ${table} disable trigger user`);
    await work();
    await db.raw(`alter table ${table} enable trigger user`);
    return;
  }
  const triggers = await db("sqlite_master").where({ type: "trigger", tbl_name: table }).select("name", "sql");
  for (const { name } of triggers) await db.raw(`drop trigger ${name}`);
  await work();
  for (const { sql } of triggers) await db.raw(sql);
}

/** Blocks every change of the organization until `release`; `waiting` says how many wait. */
export async function holdChanges(db: Database, organizationId: OrganizationId) {
  const trx = await db.transaction();
  await lockOrganization(trx, organizationId);
  const locks = () => trx("pg_locks").where({ granted: false }).count({ count: "*" }).first();
  return {
    release: () => trx.rollback(),
    // SQLite has one connection, which is in use.
    waiting: async (): Promise<number> =>
      isPostgres(db) ? Number((await locks())?.count) : db.client.pool.numPendingAcquires(),
  };
}
