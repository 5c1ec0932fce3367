import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import BetterSqlite3 from "better-sqlite3";
import { backupName, dated, isPart, parseBackupTime } from "../../src/backups/names.ts";
import { eventually } from "../support/eventually.ts";
import { addressOf, type Run, runServerAlone } from "../support/process.ts";

// The real server makes automatic backups.

let folder: string;
let backups: string;
let runs: Run[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roster-backups-"));
  backups = join(folder, "backups");
  runs = [];
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(settings: Record<string, string>): Promise<Run> {
  const server = runServerAlone({ DATA_DIR: join(folder, "data"), BACKUP_DIR: backups, ...settings });
  runs.push(server);
  await addressOf(server);
  return server;
}
async function stop(): Promise<void> {
  for (const { child } of runs) child.kill("SIGTERM");
  await Promise.all(runs.map(({ ended }) => ended));
}
const copies = (): string[] => (existsSync(backups) ? readdirSync(backups).sort() : []);
const lines = ({ out }: Run, message: string) =>
  out()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === message);

test("the server makes automatic backups, logs them, keeps BACKUP_KEEP of them, and leaves other files alone", async () => {
  mkdirSync(backups);
  const old = backupName(new Date("2020-01-01"));
  const half = `${backupName(new Date("2020-01-02"))}.77.part`;
  for (const name of [old, half, "roster.db", "notes.txt"]) writeFileSync(join(backups, name), "");
  const server = await start({ BACKUP_EVERY: "1s", BACKUP_KEEP: "2" });
  await eventually(() => lines(server, "backed up").length >= 3);
  await stop();
  const made = lines(server, "backed up").map(({ file }) => file);
  const mine = copies().filter((name) => parseBackupTime(name) !== undefined);
  expect(mine).toEqual(made.slice(-2));
  expect(copies().filter((name) => !mine.includes(name))).toEqual(["notes.txt", "roster.db"]);
  for (const name of mine) {
    expect(statSync(join(backups, name)).mode & 0o777).toBe(0o600);
    const copy = new BetterSqlite3(join(backups, name), { readonly: true });
    expect(copy.prepare("select count(*) from users").pluck().get()).toBe(0);
    copy.close();
  }
});

test("a restart reads the time of the last backup from its name, not from the file", async () => {
  const first = await start({ BACKUP_EVERY: "1h" });
  await eventually(() => lines(first, "backed up").length === 1);
  await stop();
  const [copy = ""] = copies();
  utimesSync(join(backups, copy), new Date("2020-01-01"), new Date("2020-01-01"));
  const second = await start({ BACKUP_EVERY: "1h" });
  // A backup that is due begins before the first response.
  await stop();
  expect([copies(), lines(second, "backed up")]).toEqual([[copy], []]);
});

test("a backup dated in the future neither prevents others nor counts as one of them", async () => {
  mkdirSync(backups);
  const future = backupName(new Date("2999-01-01"));
  writeFileSync(join(backups, future), "");
  const server = await start({ BACKUP_EVERY: "1h", BACKUP_KEEP: "1" });
  await eventually(() => lines(server, "backed up").length === 1);
  await stop();
  expect(copies()).toEqual([lines(server, "backed up")[0].file, future]);
});

test("a backup that fails is logged, removes no other one, and is tried again", async () => {
  mkdirSync(backups);
  const old = backupName(new Date("2020-01-01"));
  writeFileSync(join(backups, old), "");
  // A file where the folder should be, so that it fails for root as well.
  writeFileSync(join(backups, "inside"), "");
  const server = await start({ BACKUP_EVERY: "1s", BACKUP_KEEP: "1", BACKUP_DIR: join(backups, "inside") });
  await eventually(() => lines(server, "the backup failed").length >= 2);
  rmSync(join(backups, "inside"));
  await eventually(() => lines(server, "backed up").length >= 1);
  expect(copies()).toContain(old);
  expect(server.err()).toBe("");
});

test("a backup's name contains its time, and no other file name counts as a backup", () => {
  const moment = Date.parse("2026-11-23T23:57:04Z");
  expect(backupName(new Date(moment + 999))).toBe("roster-20261123T235704Z.db");
  expect(dated(new Date(moment))).toBe("20261123T235704Z");
  expect(parseBackupTime("roster-20261123T235704Z.db")).toBe(moment);
  for (const name of [
    "",
    "roster.db",
    "roster-20261323T235704Z.db",
    "roster-20261123T235704Z.db.7.part",
    "x-20261123T235704Z.db",
  ])
    expect(parseBackupTime(name)).toBeUndefined();
  expect([isPart("roster-20261123T235704Z.db.7.part"), isPart("roster-20261123T235704Z.db")]).toEqual([true, false]);
});
