import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import bcrypt from "bcrypt";
import BetterSqlite3 from "better-sqlite3";
import { type DemoPerson, demoPeople } from "../../seeds/people.ts";
import { keyStart } from "../../src/api-keys/key.ts";
import { openDatabase } from "../../src/database/database.ts";
import { migrate } from "../../src/database/migrate.ts";
import { root } from "../../src/platform/root.ts";
import { nameKey, searchText } from "../../src/users/search-text.ts";
import { admin, benchKey, passwordHash } from "./people.ts";

/** Not the system's temporary folder: it may be in memory, where a synchronous write costs nothing. */
export const cache: string = join(root, "node_modules/.cache/bench");

/** Fixed, so that the same number of users gives the same file. */
const now = Date.parse("2026-01-01T00:00:00.000Z");
const aMinute = 60_000;
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Changes with everything that determines a file's content. */
function version(): string {
  const folders = ["migrations", "seeds"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );
  const files = ["src/platform/fold.ts", "src/users/search-text.ts", "test/bench/data.ts", "test/bench/people.ts"];
  const texts = [...folders.sort(), ...files].map((file) => readFileSync(join(root, file), "utf8"));
  return sha256(texts.join("\0")).slice(0, 12);
}

/**
 * A data file with this many users of one organization, with names of many scripts and a history, some also with keys
 * and photos. The same number gives the same content. It is kept for the next run.
 * @returns its name
 */
export async function dataFile(users: number): Promise<string> {
  const file = join(cache, `${users}-${version()}.db`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "making-"));
  try {
    const db = await openDatabase({ dataDir: folder });
    await migrate(db, folder);
    await db.destroy();
    await fill(join(folder, "roster.db"), users);
    for (const old of readdirSync(cache).filter((name) => name.startsWith(`${users}-`))) rmSync(join(cache, old));
    renameSync(join(folder, "roster.db"), file);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return file;
}

async function fill(file: string, users: number): Promise<void> {
  const db = new BetterSqlite3(file);
  db.pragma("journal_mode = delete");
  db.pragma("journal_mode = off");
  db.pragma("synchronous = off");
  db.pragma("cache_size = -500000");
  db.pragma("foreign_keys = off");
  // Written once at the end, an index costs a fraction of updating it for each row.
  const kept = db
    .prepare<[], { name: string; sql: string }>(
      "select name, sql from sqlite_master where type = 'index' and tbl_name in ('users', 'activity', 'api_keys') and sql <> ''",
    )
    .all();
  for (const { name } of kept) db.exec(`drop index "${name}"`);
  const hash = await bcrypt.hash(...passwordHash);
  db.transaction(() => insertEverything(db, users, hash))();
  for (const { sql } of kept) db.exec(sql);
  // Not the write-ahead log that Roster chooses, because a file that is only read then leaves no other files.
  db.pragma("journal_mode = delete");
  db.close();
}

function* allPeople(count: number): Generator<DemoPerson & { id: number }> {
  let id = 0;
  for (const person of demoPeople({ count, domain: "example.com" })) {
    id += 1;
    yield { ...person, ...(id === 1 && admin), id };
  }
}

function insertEverything(db: BetterSqlite3.Database, users: number, hash: string): void {
  db.prepare(
    "insert into organizations (id, name, name_key, plan, created_at, shows_first_steps) values (1, ?, ?, 'pro', ?, 0)",
  ).run("Harbour & Sons", "harbour & sons", at(1_500 * 24 * 60));
  const insertUser = db.prepare(
    `insert into users (id, organization_id, email, first_name, last_name, role, status, password_hash, photo_hash,
       search_text, name_key, created_at, last_login_at) values (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const tellHistory = historyOf(db);
  const giveKey = keysOf(db);
  for (const person of allPeople(users)) {
    const { id, email, firstName, lastName, role, status, hasPhoto, createdDaysAgo, lastLoginMinutesAgo } = person;
    insertUser.run(
      ...[id, email, firstName, lastName, role, status, hash, hasPhoto ? sha256(email) : null],
      ...[searchText(person), nameKey(person), at(createdDaysAgo * 24 * 60)],
      lastLoginMinutesAgo === null ? "" : at(lastLoginMinutesAgo),
    );
    tellHistory(person);
    giveKey(person);
  }
}

const at = (minutesAgo: number): string => new Date(now - minutesAgo * aMinute).toISOString();

/** The creation of each user, and other changes for many of them. */
function historyOf(db: BetterSqlite3.Database): (person: DemoPerson & { id: number }) => void {
  const insert = db.prepare(
    `insert into activity (at, organization_id, actor_kind, actor_id, subject_id, subject_version, action, changes)
     values (?, 1, 'user', 1, ?, 1, ?, ?)`,
  );
  return ({ id, firstName, lastName, email, role, status, hasPhoto, createdDaysAgo }) => {
    const minutes = createdDaysAgo * 24 * 60;
    const first = { firstName, lastName, email, role: "member" };
    const created = Object.entries(first).map(([field, after]) => [field, { before: null, after }]);
    insert.run(at(minutes), id, "user.created", JSON.stringify(Object.fromEntries(created)));
    if (role !== "member") {
      insert.run(at(minutes * 0.8), id, "role.updated", JSON.stringify({ role: { before: "member", after: role } }));
    }
    if (hasPhoto) insert.run(at(minutes * 0.6), id, "photo.updated", "{}");
    if (id % 5 === 0) insert.run(at(minutes * 0.4), id, "password.updated", "{}");
    if (status === "inactive") {
      const changes = { status: { before: "active", after: status } };
      insert.run(at(minutes * 0.2), id, "status.updated", JSON.stringify(changes));
    }
  };
}

/** A key with a known text for the Admin, and one for every fourteenth other user. */
function keysOf(db: BetterSqlite3.Database): (person: DemoPerson & { id: number }) => void {
  const insert = db.prepare(
    `insert into api_keys (organization_id, user_id, name, start, key_hash, created_by, created_at, last_used_at, last_used_address)
     values (1, ?, 'Nightly export', ?, ?, 1, ?, ?, '192.0.2.7')`,
  );
  return ({ id, createdDaysAgo }) => {
    if (id !== 1 && id % 14 !== 0) return;
    const created = at((Math.min(createdDaysAgo, 400) / 2) * 24 * 60);
    const secret = id === 1 ? benchKey : `nobody's ${id}`;
    const start = id === 1 ? keyStart(benchKey) : "roster_None";
    insert.run(id, start, sha256(secret), created, at(60));
  };
}
