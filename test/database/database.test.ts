import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import BetterSqlite3 from "better-sqlite3";
import { migrations } from "../../migrations/all.ts";
import { type Database, isUniqueViolation, openDatabase } from "../../src/database/database.ts";
import { migrate } from "../../src/database/migrate.ts";

let folder: string;
let open: Database[];

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "roster-database-")), "data");
  open = [];
});
afterEach(async () => {
  delete migrations[pending];
  await Promise.all(open.map((db) => db.destroy()));
  rmSync(dirname(folder), { recursive: true, force: true });
});

const pending = "9998-pending";
const opened = async (): Promise<Database> => {
  const db = await openDatabase({ dataDir: folder });
  open.push(db);
  return db;
};
const addOrganization = (db: Database, name: string) =>
  db("organizations").insert({ name, name_key: name.toLowerCase(), created_at: "2026-01-01T00:00:00.000Z" });
const names = (file: string): unknown[] => {
  const db = new BetterSqlite3(file, { readonly: true });
  const rows = db.prepare("select name from organizations order by id").pluck().all();
  db.close();
  return rows;
};
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test("every connection gets its safe settings, also on an existing file", async () => {
  for (let i = 0; i < 2; i++) {
    const db = await opened();
    const [pragmas] = await db.raw(
      `select foreign_keys, synchronous, journal_mode, timeout
       from pragma_foreign_keys, pragma_synchronous, pragma_journal_mode, pragma_busy_timeout`,
    );
    expect(pragmas).toEqual({ foreign_keys: 1, synchronous: 2, journal_mode: "wal", timeout: 5_000 });
    await db.destroy();
    open = [];
  }
});

test("the data folder and its files are accessible only to their owner", async () => {
  const db = await opened();
  await migrate(db, folder);
  expect([mode(folder), mode(join(folder, "roster.db"))]).toEqual(["700", "600"]);
});

test("a row without its organization is refused, and a duplicate name is distinguished from other faults", async () => {
  const db = await opened();
  await migrate(db, folder);
  await addOrganization(db, "Acme");
  const faultOf = (work: Promise<unknown>) => work.then(() => "none", isUniqueViolation);
  expect(await faultOf(addOrganization(db, "Acme"))).toBe(true);
  const user = { organization_id: 99, email: "a@example.com", first_name: "A", last_name: "B", role: "member" };
  const rest = { password_hash: "x", search_text: "a", name_key: "a", created_at: "2026-01-01T00:00:00.000Z" };
  expect(await faultOf(db("users").insert({ ...user, ...rest }))).toBe(false);
  expect(isUniqueViolation(new Error("UNIQUE"))).toBe(false);
});

test("a transaction locks out other writers from its start, so that what it reads stays true", async () => {
  const db = await opened();
  await migrate(db, folder);
  const other = new BetterSqlite3(join(folder, "roster.db"), { timeout: 0 });
  await db.transaction(async (trx) => {
    await trx("organizations").first();
    expect(() => other.exec("insert into throttles (key, count, resets_at) values ('x', 1, '2026')")).toThrow(
      "database is locked",
    );
  });
  other.exec("insert into throttles (key, count, resets_at) values ('x', 1, '2026')");
  other.close();
});

describe("migrating", () => {
  test("an empty file makes no copy, and a second start has nothing to do", async () => {
    const db = await opened();
    expect(await migrate(db, folder)).toBeUndefined();
    expect(await db("knex_migrations").pluck("name")).toEqual(Object.keys(migrations));
    await addOrganization(db, "Acme");
    expect(await migrate(db, folder)).toBeUndefined();
    expect(readdirSync(folder).filter((name) => name.startsWith("before-"))).toEqual([]);
  });

  test("a file with data first makes a copy of it, readable only by its owner", async () => {
    const db = await opened();
    await migrate(db, folder);
    await addOrganization(db, "Acme");
    migrations[pending] = async (trx) => {
      await trx("organizations").update({ name: "Migrated" });
    };
    const printed: string[] = [];
    const copy = await migrate(db, folder, (line) => printed.push(line));
    expect(copy).toBe(join(folder, `before-${pending}.db`));
    expect(printed).toEqual([
      expect.stringMatching(/^Updating the data: copying and checking \S+roster\.db first \(\d+ MB\)$/),
      `Updating the data: step 1 of 1 (${pending})`,
      `The data file was updated to this version. The previous one is in ${copy}`,
    ]);
    expect([names(copy ?? ""), names(join(folder, "roster.db"))]).toEqual([["Acme"], ["Migrated"]]);
    expect(mode(copy ?? "")).toBe("600");
    expect(await migrate(db, folder)).toBeUndefined();
  });

  test("with a step that fails changes nothing, and the next start tries again", async () => {
    const db = await opened();
    await migrate(db, folder);
    await addOrganization(db, "Acme");
    migrations[pending] = async (trx) => {
      await trx("organizations").update({ name: "Half" });
      throw new Error("the migration is broken");
    };
    await expect(migrate(db, folder)).rejects.toThrow("the migration is broken");
    expect(names(join(folder, "roster.db"))).toEqual(["Acme"]);
    migrations[pending] = async (trx) => {
      await trx("organizations").update({ name: "Whole" });
    };
    const copy = await migrate(db, folder);
    expect([names(copy ?? ""), names(join(folder, "roster.db"))]).toEqual([["Acme"], ["Whole"]]);
  });

  test("makes a copy of the current file, whatever an earlier try has left", async () => {
    const db = await opened();
    await migrate(db, folder);
    await addOrganization(db, "Acme");
    // A partial copy of a process that was killed.
    writeFileSync(join(folder, `before-${pending}.db`), "SQLite form");
    migrations[pending] = async () => undefined;
    const copy = (await migrate(db, folder)) ?? "";
    expect(names(copy)).toEqual(["Acme"]);
    expect(readdirSync(folder).filter((name) => name.includes("part"))).toEqual([]);
  });

  test("keeps the copies from before the latest three migrations", async () => {
    const db = await opened();
    await migrate(db, folder);
    await addOrganization(db, "Acme");
    const older = ["before-0001-schema.db", "before-0002-a.db", "before-0003-b.db", "before-0004-c.db"];
    for (const name of [...older, "before-christmas.db"]) writeFileSync(join(folder, name), "");
    migrations[pending] = async () => undefined;
    await migrate(db, folder);
    expect(readdirSync(folder).filter((name) => name.startsWith("before-"))).toEqual([
      "before-0003-b.db",
      "before-0004-c.db",
      `before-${pending}.db`,
      "before-christmas.db",
    ]);
  });

  test("continues after a process was killed while migrating", async () => {
    const db = await opened();
    await migrate(db, folder);
    await db("knex_migrations_lock").update({ is_locked: 1 });
    migrations[pending] = async () => undefined;
    await migrate(db, folder);
    expect(await db("knex_migrations").pluck("name")).toContain(pending);
  });

  test("refuses a file of a newer Roster in one line and does not change it", async () => {
    const db = await opened();
    await migrate(db, folder);
    await db("knex_migrations").insert({ name: "9999-future", batch: 2, migration_time: "2026-01-01" });
    migrations[pending] = async (trx) => {
      await trx.schema.dropTable("organizations");
    };
    await expect(migrate(db, folder)).rejects.toThrow(
      'The data file was written by a newer Roster (it has "9999-future"). Update Roster, or restore a backup.',
    );
    expect(await db.schema.hasTable("organizations")).toBe(true);
    expect(existsSync(join(folder, `before-${pending}.db`))).toBe(false);
  });
});
