import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { movedTables, skippedTables } from "../../src/cli/move-queries.ts";
import { type Database, isPostgres, openDatabase } from "../../src/database/database.ts";
import { loadSigningKeys } from "../../src/oidc/signing-keys.ts";
import { lockDataDir } from "../../src/platform/file-lock.ts";
import { stepAt } from "../../src/second-factor/totp.ts";
import { listUsers } from "../../src/users/list-queries.ts";
import { photoHash } from "../../src/users/photo-queries.ts";
import { addApplication } from "../support/applications.ts";
import { eventually } from "../support/eventually.ts";
import { addUser, password } from "../support/people.ts";
import { makeDatabase } from "../support/postgres.ts";
import { addressOf, runServerAlone } from "../support/process.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { codeFor, giveSecondFactor } from "../support/second-factor.ts";
import { logIn, visit } from "../support/visitor.ts";
import { inside, newFolder, type Outcome, refusal, roster } from "./commands.ts";
import { command } from "./in-process.ts";

// Each of several commands starts a process, which takes a while on a busy machine.

const SESSION_SECRET = "the same secret on both sides of the move";
const inPostgres = (DATABASE_URL: string) => ({ settings: { DATABASE_URL, SESSION_SECRET } });
const move = (folder: string, to: string, settings: Record<string, string> = { SESSION_SECRET }): Promise<Outcome> =>
  command(folder, ["move", "--to", to], { settings });

const drops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const drop of drops.splice(0)) await drop();
});

/** The URL of a new PostgreSQL database for this test alone. */
async function newDatabase({ isBare = true } = {}): Promise<string> {
  const { databaseUrl, drop } = await makeDatabase({ isBare });
  drops.push(drop);
  return databaseUrl;
}

async function insideUrl<T>(databaseUrl: string, look: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase({ dataDir: newFolder(), databaseUrl });
  try {
    return await look(db);
  } finally {
    await db.destroy();
  }
}

/** Every row of what is moved, as text in a fixed order, without the history of moves. */
async function allRows(db: Database): Promise<Record<string, string[]>> {
  const rows: Record<string, string[]> = {};
  for (const { name } of movedTables) {
    const found: Record<string, unknown>[] = await db(name);
    const moved = found.filter(({ action }) => action !== "installation.moved");
    rows[name] = moved.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
  }
  return rows;
}

const names = [
  "Zoë",
  "Łukasz",
  "Ἀθηνᾶ",
  "Дмитрий",
  "محمد",
  "नरेन्द्र",
  "林",
  "さくら",
  "👩🏽‍🚀",
  'a"b\\c',
  "O'Brien — $1",
];

/** Something in every table, more than one batch in some, and texts that databases sort differently. */
async function fill(started: Roster): Promise<void> {
  const { db, deps, people } = started;
  for (const [index, firstName] of names.entries())
    await addUser({ db, hashing: deps.hashing }, { email: `n${index}@example.com`, firstName, lastName: "  Ünal" });
  const photo = { large: Buffer.from([0, 255, 254, 39, 0]), small: Buffer.from([0, 1]) };
  await db("photos").insert({ user_id: people.mia.id, hash: photoHash(photo), ...photo });
  await db("users")
    .where({ id: people.mia.id })
    .update({ photo_hash: photoHash(photo), must_change_password: true });
  await db("users")
    .where({ id: people.mia.id })
    .update({ must_change_password: false, confirmed_email: "mia.before@example.com" });
  await db("users").where({ id: people.max.id }).update({ must_change_password: true });
  const { organization_id } = await db("users").where({ id: people.mia.id }).first();
  const key = {
    organization_id,
    user_id: people.mia.id,
    name: "Key",
    start: "roster_abcd",
    created_by: people.ada.id,
    created_at: "2026",
  };
  const keys = Array.from({ length: 1_100 }, (_, n) => ({ ...key, key_hash: `hash ${n}` }));
  await db.batchInsert("api_keys", keys, 100);
  await db("api_keys")
    .update({ replaced_by: db.raw("id + 1") })
    .where("id", "<", 1_100);
  const kept = { key_id: 7, fingerprint: "f", response: '{"a":"ä"}', created_at: "2026" };
  for (const name of ["b", "B", "ä", "_", "a"]) await db("idempotency_keys").insert({ ...kept, name });
  const throttles = Array.from({ length: 1_050 }, (_, n) => ({
    key: `${["a", "A", "_", "ä", "é 😀", "\uffff"][n % 6]}${n}`,
    count: n,
    resets_at: "2026",
  }));
  await db.batchInsert("throttles", throttles, 100);
  await db("refused_log_ins").insert({ hour: "2026", network: "127.0.0.1", count: 3 });
  await addApplication(started);
  await loadSigningKeys(db, started.dataDir);
  const token_hash = "0f".repeat(32);
  await db("one_time_links").insert({
    token_hash,
    purpose: "reset",
    user_id: people.mia.id,
    is_mailed: true,
    expires_at: "2026",
  });
}

test("move covers every table or leaves it out on purpose", async () => {
  const tables = await insideUrl(await newDatabase({ isBare: false }), (db) =>
    db("pg_tables").where({ schemaname: "public" }).pluck("tablename"),
  );
  const known = [...movedTables.map(({ name }) => name), ...skippedTables, "activity_retention"];
  expect(tables.filter((name: string) => !name.startsWith("knex_")).sort()).toEqual(known.sort());
});

test("move takes an installation to PostgreSQL and back with everything it has, and second factors still work", async () => {
  const started = await startRoster({ SESSION_SECRET });
  const folder = newFolder();
  const databaseUrl = await newDatabase();
  try {
    await fill(started);
    const { secret } = await giveSecondFactor(started, started.people.mia);
    await logIn(started, "ada");
    await visit(started).submit("/forgot-password", { email: "mia@example.com" });
    await eventually(async () => (await started.db("deliveries")).length === 1);
    await started.deps.mailer.settled();
    const before = await allRows(started.db);
    expect(Object.entries(before).filter(([, rows]) => rows.length === 0)).toEqual([]);
    const bytes = () => readFileSync(join(started.dataDir, "roster.db"));
    await started.db.raw("pragma wal_checkpoint(TRUNCATE)");
    const file = bytes();

    const { code, out, err } = await roster(started.dataDir, ["move", "--to", databaseUrl, "--json"], {
      settings: { SESSION_SECRET },
    });
    expect([err, code]).toEqual(["", 0]);
    const moved = JSON.parse(out).data;
    expect(moved.map(({ table, rows }: { table: string; rows: number }) => [table, rows])).toEqual(
      movedTables.map(({ name }) => [name, before[name]?.length]),
    );
    expect(bytes().equals(file)).toBe(true);
    expect(await allRows(started.db)).toEqual(before);
    await insideUrl(databaseUrl, async (db) => {
      expect(isPostgres(db)).toBe(true);
      expect(await allRows(db)).toEqual(before);
      const moved = await db("activity").where({ action: "installation.moved" }).select("command", "changes");
      const changes = JSON.stringify({ database: { before: "SQLite", after: "PostgreSQL" } });
      expect(moved).toEqual([1, 2].map(() => ({ command: "move", changes })));
    });

    // The moved installation is used: ids continue, and the second factor opens in a new folder.
    const user = ["--email", "new@example.com", "--first-name", "N", "--last-name", "E", "--organization", "Acme"];
    const created = await command(newFolder(), ["create-user", ...user, "--role", "member"], {
      ...inPostgres(databaseUrl),
      input: `${password}\n`,
    });
    expect(created).toMatchObject({ code: 0, err: "" });
    await logInAsMia({ DATA_DIR: newFolder(), DATABASE_URL: databaseUrl, SESSION_SECRET }, codeFor(secret));

    const there = await insideUrl(databaseUrl, allRows);
    const back = await move(newFolder(), `sqlite:${join(folder, "roster.db")}`, {
      DATABASE_URL: databaseUrl,
      SESSION_SECRET,
    });
    expect([back.err, back.code]).toEqual(["", 0]);
    expect(back.out).toMatch(new RegExp(`^users: ${there.users?.length} \\(\\w{64}\\), identical on both sides$`, "m"));
    expect(back.out).toContain(`Start Roster with DATA_DIR=${folder} and this SESSION_SECRET, without DATABASE_URL.`);
    expect(readdirSync(folder).sort()).toEqual(["factor-secret", "roster.db", "server.lock"]);
    expect(await inside(folder, allRows)).toEqual(there);
    expect(await insideUrl(databaseUrl, allRows)).toEqual(there);
    const found = await inside(folder, async (db) => {
      const { organization_id } = await db("users").first("organization_id");
      const order = { key: "name", descending: false } as const;
      return listUsers(db, organization_id, { filter: { search: "дми" }, order, from: undefined, limit: 10 });
    });
    expect(found.users).toHaveLength(1);
    await logInAsMia({ DATA_DIR: folder, SESSION_SECRET }, codeFor(secret, stepAt() + 1));
  } finally {
    await started.close();
  }
});

async function logInAsMia(settings: Record<string, string>, code: string): Promise<void> {
  const server = runServerAlone(settings);
  try {
    const visitor = visit({ url: await addressOf(server) });
    const answer = await visitor.submit("/login", { email: "mia@example.com", password });
    expect(answer.headers.location).toMatch(/^\/second-factor/);
    const { status, headers } = await visitor.submit("/second-factor", { code });
    expect([status, headers.location]).toEqual([303, "/"]);
  } finally {
    server.child.kill("SIGTERM");
    await server.ended;
  }
}

async function newDemo(): Promise<string> {
  const folder = newFolder();
  const { code, err } = await command(folder, ["demo", "--users", "3"], { settings: { SESSION_SECRET } });
  if (code !== 0) throw new Error(err);
  return folder;
}

test("move checks its target and settings first, and says what is wrong with them", async () => {
  const folder = await newDemo();
  const databaseUrl = await newDatabase();
  const refused = async (to: string, settings?: Record<string, string>) => refusal(await move(folder, to, settings));
  expect(await refused("mysql://db/roster")).toBe("--to: Use postgres://… or sqlite:FILE");
  expect(await refused("postgres:///")).toBe(
    "--to: must be an address such as postgres://roster:password@db.example.com/roster",
  );
  expect(await refused("postgres://127.0.0.1:1/roster")).toMatch(
    /^--to: the database is not responding \(.*ECONNREFUSED/,
  );
  expect(await refused(`${databaseUrl}x`)).toMatch(/^--to: the database is not responding \(.*does not exist\)$/);
  expect(await refused(databaseUrl, {})).toBe(
    `SESSION_SECRET: PostgreSQL needs it in the settings. The current one is in ${folder}/session-secret`,
  );
  expect(await refused(`sqlite:${folder}/new.db`)).toBe(
    "--to: The data is already in SQLite. Use the command backup to copy it",
  );
  expect(refusal(await move(newFolder(), databaseUrl))).toMatch(/^The data file /);

  const release = lockDataDir(folder);
  expect(await refused(databaseUrl)).toBe(`DATA_DIR: a Roster server is using ${folder}. Stop it first`);
  release();
  await inside(folder, (db) => db("knex_migrations").whereRaw("id = (select max(id) from knex_migrations)").del());
  expect(await refused(databaseUrl)).toMatch(/^The data is from an older Roster \(it lacks "/);
  // None of these has written anything.
  expect(await insideUrl(databaseUrl, (db) => db.schema.hasTable("users"))).toBe(false);
});

test("move needs an empty target", async () => {
  const folder = await newDemo();
  const [full, foreign] = [await newDatabase({ isBare: false }), await newDatabase()];
  // Empty tables of a server or an earlier try do not matter.
  expect(await move(folder, full)).toMatchObject({ code: 0, err: "" });
  expect(await command(folder, ["check"], inPostgres(full))).toMatchObject({ code: 0, err: "" });
  const moved = await insideUrl(full, allRows);
  expect(refusal(await move(folder, full))).toMatch(/^--to: .* is not empty: it has rows in organizations. Choose/);
  expect(await insideUrl(full, allRows)).toEqual(moved);
  await insideUrl(foreign, (db) => db.raw("create table users (id integer)"));
  expect(refusal(await move(folder, foreign))).toMatch(/^--to: .* has tables of another program \(users\). Choose/);

  const settings = { DATABASE_URL: full, SESSION_SECRET };
  const back = newFolder();
  expect(await move(folder, `sqlite:${back}/roster.db`, settings)).toMatchObject({ code: 0, err: "" });
  expect(await command(back, ["check"])).toMatchObject({ code: 0, err: "" });
  const file = join(newFolder(), "roster.db");
  writeFileSync(file, "mine");
  expect(refusal(await move(newFolder(), `sqlite:${file}`, settings))).toBe(
    `--to: ${file} already exists. Nothing was overwritten.`,
  );
  expect(readFileSync(file, "utf8")).toBe("mine");
  expect(refusal(await move(newFolder(), foreign, settings))).toMatch(/^--to: The data is already in PostgreSQL/);
});

test("move leaves nothing in the target if a row differs or is refused", async () => {
  const folder = await newDemo();
  const databaseUrl = await newDatabase({ isBare: false });
  await insideUrl(databaseUrl, async (db) => {
    await db.raw(`create function differ() returns trigger language plpgsql as
      $$ begin new.first_name = upper(new.first_name); return new; end $$`);
    await db.raw("create trigger differ before insert on users for each row execute function differ()");
  });
  const { code, out, err } = await move(folder, databaseUrl);
  expect([code, out]).toEqual([1, ""]);
  expect(err).toMatch(/^users: read 4 \(\w{64}\), written 4 \(\w{64}\)\nThe two sides differ\. Nothing was moved\n$/);
  const empty = Object.fromEntries(movedTables.map(({ name }) => [name, []]));
  expect(await insideUrl(databaseUrl, allRows)).toEqual(empty);

  await insideUrl(databaseUrl, (db) => db.raw("drop trigger differ on users"));
  // SQLite does not enforce a maximum length.
  const long = (db: Database) => db("organizations").update({ name: "x".repeat(101) });
  await inside(folder, long);
  expect(refusal(await move(folder, databaseUrl))).toBe(
    "organizations could not be copied (value too long for type character varying(100)). Nothing was changed",
  );
  expect(await insideUrl(databaseUrl, allRows)).toEqual(empty);
});

test("move stops if mails or second factors cannot be opened with the given secrets", async () => {
  const started = await startRoster({ SMTP_URL: "smtp://127.0.0.1:1" });
  const databaseUrl = await newDatabase();
  try {
    await giveSecondFactor(started, started.people.mia);
    await visit(started).submit("/forgot-password", { email: "mia@example.com" });
    await eventually(async () => (await started.db("deliveries").whereNotNull("encrypted_text")).length === 1);
    const file = join(started.dataDir, "session-secret");
    expect(refusal(await move(started.dataDir, databaseUrl))).toBe(
      `SESSION_SECRET: Queued emails that only the secret in ${file} can decrypt: 1. Add that secret after a comma`,
    );
    const both = `${SESSION_SECRET},${readFileSync(file, "utf8").trim()}`;
    expect(await move(started.dataDir, databaseUrl, { SESSION_SECRET: both })).toMatchObject({ code: 0, err: "" });
  } finally {
    await started.close();
  }
  const folder = newFolder();
  writeFileSync(join(folder, "factor-secret"), "of quite another installation than this");
  const settings = { DATABASE_URL: databaseUrl, SESSION_SECRET };
  expect(refusal(await move(newFolder(), `sqlite:${folder}/roster.db`, settings))).toBe(
    `--to: ${folder}/factor-secret belongs to another installation. Choose a folder without that file`,
  );
  expect(readdirSync(folder).sort()).toEqual(["factor-secret", "server.lock"]);
  const wrong = { ...settings, SESSION_SECRET: "some other secret that opens nothing here" };
  expect(refusal(await move(newFolder(), `sqlite:${newFolder()}/roster.db`, wrong))).toMatch(
    /^SESSION_SECRET: no value/,
  );
});
