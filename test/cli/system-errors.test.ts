import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import BetterSqlite3 from "better-sqlite3";
import { explainMailError } from "../../src/outbox/rules.ts";
import { systemErrorWords } from "../../src/platform/system-errors.ts";
import { withMailServer } from "../support/mail-server.ts";
import { run } from "../support/process.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { newFolder, refusal, roster } from "./commands.ts";

// What an operator reads when the machine is not as Roster needs it.

async function withRoster(work: (started: Roster) => Promise<void>): Promise<void> {
  const started = await startRoster();
  try {
    await work(started);
  } finally {
    await started.close();
  }
}

test.each([
  [["list-users"]],
  [["reset-password", "--email", "ada@example.com"]],
  [["end-sessions", "--email", "ada@example.com"]],
  [["set-plan", "--organization", "Acme", "pro"]],
  [["list-mail"]],
  [["check"]],
  [["backup", "copy.db"]],
  [["export-activity", "--organization", "Acme", "all.csv"]],
])("%j in a folder without a data file says so and creates nothing there", async (args) => {
  const folder = newFolder();
  expect(refusal(await roster(folder, args))).toBe(
    `There is no data file ${join(folder, "roster.db")} (DATA_DIR). Start Roster once, or restore a backup`,
  );
  expect(readdirSync(folder)).toEqual([]);
});

test("doctor only looks: in an empty folder it creates nothing", async () => {
  const folder = newFolder();
  expect((await roster(folder, ["doctor"], { settings: { MIN_FREE_DISK: "0" } })).code).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test("an empty data file beside a session secret is damage for the server and every command, and stays as it is", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, "session-secret"), "s".repeat(43));
  writeFileSync(join(folder, "roster.db"), "");
  const line = /^DATA_DIR: \S+roster\.db is empty, so its data is lost\. Restore a backup: .* restore FILE$/;
  expect(refusal(await roster(folder, ["list-users"]))).toMatch(line);
  const server = run(process.execPath, ["src/server.ts"], { PORT: "0", DATA_DIR: folder });
  expect(await server.ended).toBe(1);
  expect(server.err().trimEnd().split("\n").at(-1)).toMatch(line);
  expect(new BetterSqlite3(join(folder, "roster.db")).pragma("page_count", { simple: true })).toBe(0);
});

test("a data file that is damaged says how to restore", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, "roster.db"), "x".repeat(5_000));
  expect(refusal(await roster(folder, ["list-users"]))).toMatch(/The data file is damaged\. Restore a backup: /);
});

test("backup and export-activity into a folder that is missing, or no folder, name it", async () => {
  await withRoster(async ({ dataDir }) => {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "");
    const missing = join(folder, "missing");
    expect(refusal(await roster(dataDir, ["backup", join(missing, "copy.db")]))).toBe(
      `${missing}/ does not exist. Nothing was changed.`,
    );
    expect(refusal(await roster(dataDir, ["backup", join(folder, "file/copy.db")]))).toMatch(
      /file\/ is not in a folder/,
    );
    const history = ["export-activity", "--organization", "Acme", join(missing, "all.csv")];
    expect(refusal(await roster(dataDir, history))).toBe(`${missing}/ does not exist. Nothing was changed.`);
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});

test("restore of a folder, and of a file that is not there, says so", async () => {
  const [folder, target] = [newFolder(), newFolder()];
  mkdirSync(join(folder, "copy.db"));
  expect(refusal(await roster(target, ["restore", join(folder, "copy.db")]))).toMatch(/copy\.db is not a file$/);
  expect(refusal(await roster(target, ["restore", join(folder, "none.db")]))).toMatch(
    /none\.db does not exist\. Nothing/,
  );
});

describe("in words", () => {
  const error = (code: string, path?: string) => Object.assign(new Error(`${code}: secret`), { code, path });

  test.each([
    ["EACCES", "/var/copies", "/var/copies can't be read or written (permission denied)"],
    ["EROFS", "/mnt/copies", "/mnt/copies can't be written (its disk is mounted read-only)"],
    ["ENOSPC", undefined, "The disk is full. Make room and try again"],
    ["SQLITE_FULL", undefined, "The disk is full. Make room and try again"],
    ["SQLITE_BUSY_SNAPSHOT", undefined, "The data file is busy. Try again in a moment"],
  ])("%s is one line that names what it is about", (code, path, words) => {
    expect(systemErrorWords(error(code, path))).toBe(words);
  });

  test("a statement's values never get into a line, and errors of our own stay as they are", () => {
    expect(systemErrorWords(error("SQLITE_CONSTRAINT"))).toBe(
      "The data file can't be read or written (SQLITE_CONSTRAINT)",
    );
    expect(systemErrorWords(new Error("ours"))).toBeUndefined();
  });
});

test("smtps:// at a port without TLS is named as such by doctor", async () => {
  await withRoster(async ({ dataDir }) => {
    await withMailServer(async ({ url }) => {
      const settings = { SMTP_URL: url.replace("smtp:", "smtps:"), MIN_FREE_DISK: "0" };
      const { out } = await roster(dataDir, ["doctor"], { settings });
      expect(out).toMatch(/^fault +mail: .*speaks no TLS at this port; write smtp:\/\/ instead of smtps:\/\//m);
    });
  });
  expect(explainMailError("Greeting never received")).toContain("needs smtps://");
});
