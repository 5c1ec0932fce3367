import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import BetterSqlite3 from "better-sqlite3";
import { eraseUser } from "../../src/personal-data/erase-user.ts";
import { requireUser } from "../../src/users/queries.ts";
import { eventually } from "../support/eventually.ts";
import { password } from "../support/people.ts";
import { addressOf, runServerAlone } from "../support/process.ts";
import { startRoster } from "../support/roster.ts";
import { codeFor, giveSecondFactor } from "../support/second-factor.ts";
import { logIn, visit } from "../support/visitor.ts";
import { inside, newFolder, refusal, roster } from "./commands.ts";
import { command } from "./in-process.ts";

/** A copy of an installation with the people of people.ts and two mails that its mail server has not accepted. */
async function makeCopy(): Promise<string> {
  const started = await startRoster({ SMTP_URL: "smtp://127.0.0.1:1" });
  try {
    await logIn(started, "ada");
    const { db, deps, people } = started;
    const mail = { userId: people.mia.id, to: people.mia.email, write: () => ({ subject: "Mail", text: "a text" }) };
    await db.transaction(async (trx) => {
      await deps.mailer.enqueue(trx, mail);
      await deps.mailer.enqueue(trx, { ...mail, secretLifetimeMs: 60_000 });
    });
    await deps.mailer.settled();
    const file = join(newFolder(), "copy.db");
    const { code, err } = await command(started.dataDir, ["backup", file]);
    if (code !== 0) throw new Error(err);
    return file;
  } finally {
    await started.close();
  }
}
const demo = (folder: string) => command(folder, ["demo", "--users", "3"]);
const emails = (folder: string) => inside(folder, (db) => db("users").orderBy("id").pluck("email"));

test("restore erases again whose personal data was erased since the copy was made", async () => {
  const copy = await makeCopy();
  const folder = newFolder();
  await command(folder, ["restore", copy]);
  const mia = await inside(folder, async (db) => {
    const { id, organization_id } = await db("users").where({ email: "mia@example.com" }).first();
    await db("users").where({ id }).update({ status: "inactive" });
    const erasing = { db, config: { dataDir: folder, bcryptCost: 4 } };
    // As if it was killed before the list was written: the data file knows it too.
    await eraseUser(erasing, { actor: { kind: "system" }, user: await requireUser(db, organization_id, id) });
    return id;
  });
  const { code, out } = await roster(folder, ["restore", copy, "--json"]);
  expect([code, JSON.parse(out).erasedAgain]).toEqual([0, 1]);
  await inside(folder, async (db) => {
    expect(await db("users").where({ id: mia }).first()).toMatchObject({ first_name: "Former", status: "inactive" });
    expect(await db("activity").where({ action: "user.erased" })).toMatchObject([
      { subject_id: mia, actor_kind: "operator", command: "restore" },
    ]);
  });
  expect((await command(folder, ["check"])).err).toBe("");
});

test("restore puts a copy in place, keeps the replaced file, and says both", async () => {
  const copy = await makeCopy();
  const folder = newFolder();
  await demo(folder);
  const before = await emails(folder);
  const { code, out, err } = await command(folder, ["restore", copy]);
  expect([code, err]).toEqual([0, ""]);
  const [first, second = "", ...rest] = out.trim().split("\n");
  expect(first).toMatch(new RegExp(`^Restored ${copy}, with data up to \\d{4}-.*Z\\. Everyone must log in again\\.$`));
  const kept = second.replace("The previous data is in ", "");
  expect(kept).toMatch(/\/replaced-\d{8}T\d{6}Z\.db$/);
  expect(rest).toEqual([expect.stringMatching(/^Queued emails in the copy that may have been sent since: 1\. /)]);
  const files = readdirSync(folder).filter((name) => name !== "session-secret");
  expect(files.sort()).toEqual(["migration.lock", kept.split("/").at(-1), "roster.db", "server.lock"]);
  expect(statSync(join(folder, "roster.db")).mode & 0o777).toBe(0o600);

  expect(await emails(folder)).toEqual(["ada", "max", "mia", "ian", "eve"].map((name) => `${name}@example.com`));
  const old = new BetterSqlite3(kept);
  expect(old.prepare("select email from users order by id").pluck().all()).toEqual(before);
  old.close();
  await inside(folder, async (db) => {
    // Sessions that were open in the copy may have ended since.
    expect(await db("sessions")).toEqual([]);
    expect(await db("deliveries").select("text", "encrypted_text")).toEqual([{ text: "a text", encrypted_text: null }]);
    const recorded = await db("activity").where({ action: "backup.restored" }).select("actor_kind", "command");
    expect(recorded).toEqual([1, 2].map(() => ({ actor_kind: "operator", command: "restore" })));
  });
  expect((await command(folder, ["check"])).code).toBe(0);
});

test("a server starts from a restored copy in a new folder, and second factors work with their secret", async () => {
  const started = await startRoster();
  const copy = join(newFolder(), "copy.db");
  const { secret } = await giveSecondFactor(started, started.people.mia);
  await command(started.dataDir, ["backup", copy]);
  const factorSecret = readFileSync(join(started.dataDir, "factor-secret"));
  await started.close();

  const without = newFolder();
  expect((await command(without, ["restore", copy])).out).toContain(
    `Users whose second factors cannot be decrypted: 1. Put factor-secret from the original data folder into ${without}`,
  );
  expect(existsSync(join(without, "factor-secret"))).toBe(false);
  const folder = newFolder();
  writeFileSync(join(folder, "factor-secret"), factorSecret, { mode: 0o600 });
  expect((await command(folder, ["restore", copy])).out.trim().split("\n")).toHaveLength(1);
  const server = runServerAlone({ DATA_DIR: folder });
  try {
    const visitor = visit({ url: await addressOf(server) });
    const answer = await visitor.submit("/login", { email: "mia@example.com", password });
    expect(answer.headers.location).toMatch(/^\/second-factor/);
    const { status, headers } = await visitor.submit("/second-factor", { code: codeFor(secret) });
    expect([status, headers.location]).toEqual([303, "/"]);
    // While the server runs, nothing is put in place.
    expect(refusal(await command(folder, ["restore", copy]))).toBe(
      `DATA_DIR: a Roster server is using ${folder}. Stop it first`,
    );
  } finally {
    server.child.kill("SIGTERM");
    await server.ended;
  }
});

test("restore keeps back mails that waited in the copy, because they may have been sent since", async () => {
  const started = await startRoster({ SMTP_URL: "smtp://127.0.0.1:9" });
  const copy = join(newFolder(), "copy.db");
  await visit(started).submit("/forgot-password", { email: "mia@example.com" });
  const ada = await logIn(started, "ada");
  const email = "max2@example.com";
  await ada.submit(`/admin/managers/${started.people.max.id}/personal-information`, { email });
  await eventually(async () => (await started.db("deliveries")).length === 3);
  await command(started.dataDir, ["backup", copy]);
  await started.close();
  const folder = newFolder();
  expect((await command(folder, ["restore", copy])).out).toContain(
    "Queued emails in the copy that may have been sent since: 2.",
  );
  await inside(folder, async (db) => {
    // The reset link is void, and its mail is removed.
    const mails = await db("deliveries").orderBy("id").select("address", "failure", "sent_at");
    const kept = { failure: "restored", sent_at: null };
    expect(mails).toEqual([
      { address: "max@example.com", ...kept },
      { address: email, ...kept },
    ]);
  });
  expect((await command(folder, ["list-mail"])).out).toContain("may have been sent since");
  expect((await command(folder, ["check"])).code).toBe(0);
});

test("restore replaces a damaged data file, and keeps that too", async () => {
  const copy = await makeCopy();
  const folder = newFolder();
  await demo(folder);
  writeFileSync(join(folder, "roster.db"), "no data file at all, and long enough to look like one");
  writeFileSync(join(folder, "roster.db-wal"), "changes");
  const { code, out } = await command(folder, ["restore", copy]);
  expect(code).toBe(0);
  const kept = /previous data is in (\S+)/.exec(out)?.[1] ?? "";
  expect([readFileSync(kept, "utf8").slice(0, 12), readFileSync(`${kept}-wal`, "utf8")]).toEqual([
    "no data file",
    "changes",
  ]);
  expect((await command(folder, ["check"])).code).toBe(0);
});

test("restore changes nothing if the file is damaged, newer, not Roster's or missing", async () => {
  const copy = await makeCopy();
  const folder = newFolder();
  await demo(folder);
  const before = await emails(folder);
  const made = async (name: string, change: (db: BetterSqlite3.Database) => void): Promise<string> => {
    const file = join(newFolder(), name);
    if (name !== "foreign") await copyFile(copy, file);
    const db = new BetterSqlite3(file);
    change(db);
    db.close();
    return file;
  };
  const foreign = await made("foreign", (db) => db.exec("create table users (id)"));
  const newer = await made("newer", (db) =>
    db.exec("insert into knex_migrations (name, batch, migration_time) values ('9999-future', 9, '2026')"),
  );
  const early = await made("early", (db) => db.exec("update knex_migrations set name = '0001-initial'"));
  const orphaned = await made("orphaned", (db) => {
    db.pragma("foreign_keys = OFF");
    db.exec("delete from organizations");
  });
  const torn = join(newFolder(), "torn");
  writeFileSync(torn, readFileSync(copy).subarray(0, 150_000));
  const text = join(newFolder(), "text");
  writeFileSync(text, "Dear diary, this is no data file, although it is long enough to look like one to someone.");
  const missing = join(folder, "missing");
  const reasons: [string, RegExp][] = [
    [foreign, / is not a Roster data file$/],
    [newer, / is from a newer Roster \(it has "9999-future"\)\. Update Roster first$/],
    [early, / is from before the first release. This version of Roster cannot open it$/],
    [orphaned, / is damaged: /],
    [torn, /damaged/],
    [text, / is damaged or not a Roster data file/],
    [missing, / does not exist\. Nothing was changed\.$/],
  ];
  const files = readdirSync(folder).sort();
  for (const [file, reason] of reasons) expect(refusal(await command(folder, ["restore", file]))).toMatch(reason);
  expect(await emails(folder)).toEqual(before);
  expect(readdirSync(folder).sort()).toEqual([...new Set([...files, "server.lock"])].sort());
});
