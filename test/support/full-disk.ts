import { isPostgres } from "../../src/database/database.ts";
import { hashToken, newToken } from "../../src/platform/secrets.ts";
import { timestamp } from "../../src/platform/time.ts";
import type { Roster } from "./roster.ts";

type In = Pick<Roster, "db">;

/**
 * Makes the disk of the data file full: limits the file's size in SQLite and uses up the room in it. (`npm run torture`
 * uses a real disk of a few megabytes.)
 */
export async function fillDisk({ db }: In): Promise<void> {
  if (isPostgres(db)) return refuseAll(db);
  await db.raw("create table if not exists ballast (stone blob)");
  // SQLite raises this to the file's current size.
  await db.raw("pragma max_page_count = 1");
  for (const size of [4_000, 400, 40, 4]) await fill({ db }, "ballast", () => ({ stone: Buffer.alloc(size) }));
  // Half-empty pages would take a few more of these rows.
  await fill({ db }, "throttles", () => ({ key: `login:${hashToken(newToken())}`, count: 1, resets_at: timestamp() }));
  const { id } = await db("organizations").first("id");
  const row = { organization_id: id, actor_kind: "system", action: "user.confirmed", changes: "{}" };
  await fill({ db }, "activity", () => ({ ...row, at: timestamp() }));
}

/** Makes every write fail with PostgreSQL's own error. */
async function refuseAll(db: In["db"]): Promise<void> {
  await db.raw(
    "create function disk_full() returns trigger language plpgsql as $$ begin raise exception 'full' using errcode = '53100'; end $$",
  );
  const tables: string[] = await db("pg_tables").where({ schemaname: "public" }).pluck("tablename");
  for (const table of tables) {
    // As on SQLite, existing counts can still be raised.
    const writes = table === "throttles" ? "insert" : "insert or update";
    await db.raw(`create trigger disk_full before ${writes} on ${table} execute function disk_full()`);
  }
}

/** Inserts rows all over the table's indexes, until none has room. */
async function fill({ db }: In, table: string, row: () => object): Promise<void> {
  for (let refused = 0; refused < 30; ) {
    const isIn = await db(table)
      .insert(row())
      .then(() => true)
      .catch(() => false);
    refused = isIn ? 0 : refused + 1;
  }
}

/** Makes room again. */
export async function emptyDisk({ db }: In): Promise<void> {
  if (isPostgres(db)) return void (await db.raw("drop function disk_full cascade"));
  await db.raw("pragma max_page_count = 1073741823");
}
