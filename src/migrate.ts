import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Knex } from "knex";
import { migrations } from "../migrations/all.ts";
import { copyDataFile } from "./backups/copy-queries.ts";
import { type Database, isPostgres } from "./database.ts";
import { holdFile } from "./file-lock.ts";
import { onlyOneMigrates } from "./postgres.ts";

/** How long another process may take to bring the file up. Milliseconds. */
const patience = 60_000;

const forwardOnly = (): Promise<never> => Promise.reject(new Error("migrations only go forward"));

const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () => Object.keys(migrations),
  getMigrationName: (name) => name,
  // Knex wants a way back; there is none, a copy of the data file is made instead.
  getMigration: async (name) => ({ up: migrations[name] ?? forwardOnly, down: forwardOnly }),
};

/** The migrations that the data file lacks. @throws Error where a newer version of Roster has written the file */
export async function pendingMigrations(db: Database): Promise<string[]> {
  const done = await doneMigrations(db);
  const unknown = done.find((name) => !(name in migrations));
  if (unknown)
    throw new Error(
      `The data file was written by a newer Roster (it has "${unknown}"). Update Roster, or restore a backup.`,
    );
  return Object.keys(migrations).filter((name) => !done.includes(name));
}

const doneMigrations = async (db: Database): Promise<string[]> =>
  (await db.schema.hasTable("knex_migrations")) ? db("knex_migrations").pluck("name") : [];

/**
 * Brings the data file to this version, after copying it where it holds data already. Servers and commands that start at
 * the same moment do so one after the other.
 * @returns the copy's file name, or undefined where none was needed
 * @throws Error where a newer version of Roster has written the file
 */
export async function migrate(db: Database, dataDir: string): Promise<string | undefined> {
  if ((await pendingMigrations(db)).length === 0) return undefined;
  if (!isPostgres(db)) return bringFileUp(db, dataDir);
  // A server's backups are its operator's (docs/scale.md).
  await onlyOneMigrates(db, async (patient) => {
    if ((await pendingMigrations(patient)).length > 0) await runMigrations(patient);
  });
  return undefined;
}

async function bringFileUp(db: Database, dataDir: string): Promise<string | undefined> {
  const giveBack = holdFile(join(dataDir, "migration.lock"), { wait: patience });
  if (!giveBack)
    throw new Error("Another process has been changing the data file for a minute; look what it is doing.");
  try {
    const [next] = await pendingMigrations(db);
    if (!next) return undefined;
    const isNew = (await doneMigrations(db)).length === 0;
    const copy = isNew ? undefined : await copyBefore(next, dataDir);
    await runMigrations(db);
    return copy;
  } finally {
    giveBack();
  }
}

/** Only under a lock of ours: Knex keeps one in a table, where it would stay if the process was killed. */
async function runMigrations(db: Database): Promise<void> {
  if ((await doneMigrations(db)).length > 0) await db.migrate.forceFreeMigrationsLock({ migrationSource });
  await db.migrate.latest({ migrationSource });
}

/** So many copies from before migrations stay, those of the latest. */
const copiesKept = 3;

/** @returns the name of a verified copy as the file is now */
async function copyBefore(migration: string, dataDir: string): Promise<string> {
  const copy = join(dataDir, `before-${migration}.db`);
  await copyDataFile(join(dataDir, "roster.db"), copy);
  const copies = readdirSync(dataDir).filter((name) => /^before-\d{4}-.*\.db$/.test(name));
  for (const old of copies.sort().slice(0, -copiesKept)) rmSync(join(dataDir, old));
  return copy;
}
