import BetterSqlite3 from "better-sqlite3";
import knex, { type Knex } from "knex";
import { makeDatabase, startPostgres, stopPostgres } from "../support/postgres.ts";

/** In the order of their references. */
const tables = ["organizations", "users", "api_keys", "activity"];
const batchSize = 5_000;

/**
 * A PostgreSQL with its default settings (with fsync; only making indexes has more memory) that contains what the data
 * file does.
 * @returns Roster's settings for it
 */
export async function servePostgres(
  file: string,
): Promise<{ settings: Record<string, string>; stop: () => Promise<void> }> {
  Object.assign(process.env, await startPostgres(["maintenance_work_mem=512MB"]));
  const { databaseUrl, drop } = await makeDatabase();
  const from = new BetterSqlite3(file, { readonly: true });
  // Not Roster's own pool, which gives up on queries that take a minute.
  const to = knex({ client: "pg", connection: databaseUrl, pool: { min: 0, max: 1 } });
  await withoutIndexes(to, async () => {
    for (const table of tables) await copyTable(from, to, table);
  });
  await to.raw("vacuum analyze");
  from.close();
  const stop = async (): Promise<void> => {
    await drop();
    await stopPostgres();
    // The next size has its own server.
    delete process.env.POSTGRES_URL;
  };
  await to.destroy();
  return {
    settings: { DATABASE_URL: databaseUrl, SESSION_SECRET: "a bench has no secrets worth hiding" },
    stop,
  };
}

/** Made once at the end, an index costs a fraction of updating it for each row. Indexes of constraints stay. */
async function withoutIndexes(db: Knex, work: () => Promise<void>): Promise<void> {
  const kept = await db("pg_indexes")
    .where("schemaname", "public")
    .whereNotIn("indexname", db("pg_constraint").select("conname"))
    .select("indexname", "indexdef");
  for (const { indexname } of kept) await db.raw("drop index ??", [indexname]);
  await work();
  for (const { indexdef } of kept) await db.raw(indexdef);
}

async function copyTable(from: BetterSqlite3.Database, to: Knex, table: string): Promise<void> {
  const read = from.prepare<[number]>(`select * from ${table} where id > ? order by id limit ${batchSize}`);
  const last = (rows: unknown[]): number => (rows.at(-1) as { id: number }).id;
  // The columns of the data file; PostgreSQL may fill in others.
  const columns = read.columns().map(({ name }) => name);
  for (let rows = read.all(0); rows.length > 0; rows = read.all(last(rows)))
    await to.raw(
      `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, ?)`,
      [JSON.stringify(rows)],
    );
  await to.raw(`select setval(pg_get_serial_sequence('${table}', 'id'), (select max(id) from ${table}))`);
}
