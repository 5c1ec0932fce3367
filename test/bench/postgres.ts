import BetterSqlite3 from "better-sqlite3";
import type { Knex } from "knex";
import { openDatabase } from "../../src/database.ts";
import { makeDatabase, startPostgres, stopPostgres } from "../support/postgres.ts";
import { cache } from "./data.ts";

/** In the order in which they refer to each other. */
const tables = ["organizations", "users", "api_keys", "activity"];
const rowsAtOnce = 5_000;

/** A PostgreSQL as it is delivered (with fsync), which holds what the data file holds. @returns Roster's settings for it */
export async function servePostgres(
  file: string,
): Promise<{ settings: Record<string, string>; stop: () => Promise<void> }> {
  Object.assign(process.env, await startPostgres([]));
  const { databaseUrl } = await makeDatabase();
  const from = new BetterSqlite3(file, { readonly: true });
  const to = await openDatabase({ dataDir: cache, databaseUrl });
  for (const table of tables) await copyTable(from, to, table);
  await to.raw("analyze");
  from.close();
  const stop = async (): Promise<void> => {
    await stopPostgres();
    // The next size has a server of its own.
    delete process.env.POSTGRES_URL;
  };
  await to.destroy();
  return {
    settings: { DATABASE_URL: databaseUrl, SESSION_SECRET: "a bench has no secrets worth hiding" },
    stop,
  };
}

async function copyTable(from: BetterSqlite3.Database, to: Knex, table: string): Promise<void> {
  const read = from.prepare<[number]>(`select * from ${table} where id > ? order by id limit ${rowsAtOnce}`);
  const last = (rows: unknown[]): number => (rows.at(-1) as { id: number }).id;
  for (let rows = read.all(0); rows.length > 0; rows = read.all(last(rows)))
    await to.raw(`insert into ${table} select * from json_populate_recordset(null::${table}, ?)`, [
      JSON.stringify(rows),
    ]);
  await to.raw(`select setval(pg_get_serial_sequence('${table}', 'id'), (select max(id) from ${table}))`);
}
