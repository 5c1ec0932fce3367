import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import BetterSqlite3 from "better-sqlite3";
import { explainMailError } from "../../src/mail/failures.ts";
import { describeSystemError } from "../../src/platform/system-errors.ts";
import { withMailServer } from "../support/mail-server.ts";
import { run } from "../support/process.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { newFolder, refusal } from "./commands.ts";
import { command } from "./in-process.ts";

// What an operator reads if the machine is not as Roster needs it.

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
  [["export-users", "--organization", "Acme", "all.csv"]],
])("%j in a folder without a data file says so and creates nothing", async (args) => {
  const folder = newFolder();
  expect(refusal(await command(folder, args))).toBe(
    `The data file ${join(folder, "roster.db")} does not exist (DATA_DIR). Start Roster once, or restore a backup`,
  );
  expect(readdirSync(folder)).toEqual([]);
});

test("doctor creates nothing in an empty folder", async () => {
  const folder = newFolder();
  expect((await command(folder, ["doctor"], { settings: { MIN_FREE_DISK: "0" } })).code).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test("the server and every command treat an empty data file next to a session secret as damaged, and do not change it", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, "session-secret"), "s".repeat(43));
  writeFileSync(join(folder, "roster.db"), "");
  const line = /^DATA_DIR: \S+roster\.db is empty, so its data is lost\. Restore a backup: .* restore FILE$/;
  expect(refusal(await command(folder, ["list-users"]))).toMatch(line);
  const server = run(process.execPath, ["src/server.ts"], { PORT: "0", DATA_DIR: folder });
  expect(await server.ended).toBe(1);
  expect(server.err().trimEnd().split("\n").at(-1)).toMatch(line);
  expect(new BetterSqlite3(join(folder, "roster.db")).pragma("page_count", { simple: true })).toBe(0);
});

test("the error for a damaged data file says how to restore", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, "roster.db"), "x".repeat(5_000));
  expect(refusal(await command(folder, ["list-users"]))).toMatch(/The data file is damaged\. Restore a backup: /);
});

test("backup and export-activity name a target folder that is missing or no folder", async () => {
  await withRoster(async ({ dataDir }) => {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "");
    const missing = join(folder, "missing");
    expect(refusal(await command(dataDir, ["backup", join(missing, "copy.db")]))).toBe(
      `${missing}/ does not exist. Nothing was changed.`,
    );
    expect(refusal(await command(dataDir, ["backup", join(folder, "file/copy.db")]))).toMatch(
      /file\/ has a file in its path where a folder must be/,
    );
    const history = ["export-activity", "--organization", "Acme", join(missing, "all.csv")];
    expect(refusal(await command(dataDir, history))).toBe(`${missing}/ does not exist. Nothing was changed.`);
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});

test("restore says if the file is missing or a folder", async () => {
  const [folder, target] = [newFolder(), newFolder()];
  mkdirSync(join(folder, "copy.db"));
  expect(refusal(await command(target, ["restore", join(folder, "copy.db")]))).toMatch(/copy\.db is not a file$/);
  expect(refusal(await command(target, ["restore", join(folder, "none.db")]))).toMatch(
    /none\.db does not exist\. Nothing/,
  );
});

describe("a system error", () => {
  const error = (code: string, path?: string) => Object.assign(new Error(`${code}: secret`), { code, path });

  test.each([
    ["EACCES", "/var/copies", "/var/copies can't be read or written (permission denied)"],
    ["EROFS", "/mnt/copies", "/mnt/copies can't be written (its disk is mounted read-only)"],
    ["ENOSPC", undefined, "The disk is full. Free some space and try again"],
    ["SQLITE_FULL", undefined, "The disk is full. Free some space and try again"],
    ["SQLITE_BUSY_SNAPSHOT", undefined, "The data file is busy. Try again in a moment"],
  ])("with code %s becomes one line that names what it is about", (code, path, words) => {
    expect(describeSystemError(error(code, path))).toBe(words);
  });

  test("never shows a statement's values, and Roster's own errors stay as they are", () => {
    expect(describeSystemError(error("SQLITE_CONSTRAINT"))).toBe(
      "The data file can't be read or written (SQLITE_CONSTRAINT)",
    );
    expect(describeSystemError(new Error("ours"))).toBeUndefined();
  });
});

test("doctor recognizes smtps:// at a port without TLS", async () => {
  await withRoster(async ({ dataDir }) => {
    await withMailServer(async ({ url }) => {
      const settings = { SMTP_URL: url.replace("smtp:", "smtps:"), MIN_FREE_DISK: "0" };
      const { out } = await command(dataDir, ["doctor"], { settings });
      expect(out).toMatch(/^problem +mail: .*speaks no TLS at this port; write smtp:\/\/ instead of smtps:\/\//m);
    });
  });
  expect(explainMailError("Greeting never received")).toContain("needs smtps://");
});
