import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Knex } from "knex";
import { migrations } from "../../migrations/all.ts";
import { lockFile } from "../platform/file-lock.ts";
import { copyDataFile } from "./copy-queries.ts";
import { type Database, isPostgres } from "./database.ts";
import { withMigrationLock } from "./postgres.ts";

/** How long to wait while another process migrates. Milliseconds. */
const timeoutMs = 60_000;

const forwardOnly = (): Promise<never> => Promise.reject(new Error("migrations only go forward"));

/** @param onStart called with the name of each migration that begins */
const sourceOf = (onStart: (name: string) => void): Knex.MigrationSource<string> => ({
  getMigrations: async () => Object.keys(migrations),
  getMigrationName: (name) => name,
  // Knex requires a `down`. We have none: Roster copies the data file before it migrates.
  getMigration: async (name) => ({
    up: async (knex) => {
      onStart(name);
      await (migrations[name] ?? forwardOnly)(knex);
    },
    down: forwardOnly,
  }),
});

/** Whether a version from before the first release created the data, with another schema. @param done its migrations */
export const isFromBeforeRelease = (done: readonly string[]): boolean => done.includes("0001-initial");

/**
 * The migrations that the data file lacks.
 * @throws Error in one line if the data is from a newer version of Roster, or from before the first release
 */
export async function pendingMigrations(db: Database): Promise<string[]> {
  const done = await doneMigrations(db);
  if (isFromBeforeRelease(done))
    throw new Error(
      "The data is from before the first release. This version of Roster cannot open it. Use an empty folder or database.",
    );
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
 * Migrates the data file to this version, after copying it if it holds data. Servers and commands that start at the
 * same moment take turns.
 * @param log gets a line for each slow step, and one at the end; never for a new data file
 * @returns the copy's file name, or undefined if none was needed
 * @throws Error as pendingMigrations does
 */
export async function migrate(db: Database, dataDir: string, log: Log = () => undefined): Promise<string | undefined> {
  if ((await pendingMigrations(db)).length === 0) return undefined;
  if (!isPostgres(db)) return migrateFile(db, dataDir, log);
  // The operator backs up a database server (docs/scale.md).
  await withMigrationLock(db, async (migrationDb) => {
    if ((await pendingMigrations(migrationDb)).length > 0) await runMigrations(migrationDb, log);
  });
  return undefined;
}

type Log = (line: string) => void;

async function migrateFile(db: Database, dataDir: string, log: Log): Promise<string | undefined> {
  const lock = join(dataDir, "migration.lock");
  let release = lockFile(lock, { wait: 0 });
  if (!release) {
    log("Another process is updating the data file; waiting for it");
    release = lockFile(lock, { wait: timeoutMs });
  }
  if (!release)
    throw new Error("Another process has been changing the data file for a minute. Check what it is doing.");
  try {
    const [next] = await pendingMigrations(db);
    if (!next) return undefined;
    const isNew = (await doneMigrations(db)).length === 0;
    const copy = isNew ? undefined : await backUpBefore(next, dataDir, log);
    await runMigrations(db, log);
    if (copy) log(`The data file was updated to this version. The previous one is in ${copy}`);
    return copy;
  } finally {
    release();
  }
}

/** Under our own lock: Knex's lock is in a table, where it would stay if the process was killed. */
async function runMigrations(db: Database, log: Log): Promise<void> {
  const pending = await pendingMigrations(db);
  const isNew = (await doneMigrations(db)).length === 0;
  const migrationSource = sourceOf((name) => {
    if (!isNew) log(`Updating the data: step ${pending.indexOf(name) + 1} of ${pending.length} (${name})`);
  });
  if (!isNew) await db.migrate.forceFreeMigrationsLock({ migrationSource });
  await db.migrate.latest({ migrationSource });
}

/** How many copies from before migrations to keep. */
const copiesKept = 3;

/** @returns the name of a verified copy of the current file */
async function backUpBefore(migration: string, dataDir: string, log: Log): Promise<string> {
  const file = join(dataDir, "roster.db");
  log(`Updating the data: copying and checking ${file} first (${Math.ceil(statSync(file).size / 1_000_000)} MB)`);
  const copy = join(dataDir, `before-${migration}.db`);
  await copyDataFile(file, copy);
  const copies = readdirSync(dataDir).filter((name) => /^before-\d{4}-.*\.db$/.test(name));
  for (const old of copies.sort().slice(0, -copiesKept)) rmSync(join(dataDir, old));
  return copy;
}
