import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import BetterSqlite3 from "better-sqlite3";
import { startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { newFolder, refusal } from "./commands.ts";
import { command } from "./in-process.ts";

/** Another process that writes without a pause until it is killed, like a busy server. */
const writer = `
  const BetterSqlite3 = require("better-sqlite3");
  const db = new BetterSqlite3(process.argv[1], { timeout: 10_000 });
  const add = db.prepare("insert into throttles (key, count, resets_at) values (?, 1, '9999')");
  const addLink = db.prepare("insert into one_time_links (token_hash, purpose, is_mailed, expires_at) values (?, 'setup', 0, '9999')");
  const both = db.transaction((n) => { add.run("busy" + n); addLink.run("busy" + n); });
  console.log("ready");
  for (let n = 0; ; n++) both.immediate(n);
`;

test("backup makes a consistent copy while the data file is being written without a pause", async () => {
  const { db, dataDir, close } = await startRoster();
  const folder = newFolder();
  const busy = spawn(process.execPath, ["-e", writer, join(dataDir, "roster.db")], { stdio: "pipe" });
  try {
    await new Promise((resolve) => busy.stdout.once("data", resolve));
    const written = async () => Number((await db("throttles").count({ n: "*" }).first())?.n);
    const before = await written();
    const file = join(folder, "copy.db");
    const { code, out, err } = await command(dataDir, ["backup", file]);
    const after = await written();
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(new RegExp(`^Copied the data to ${file} \\([\\d,]+ kB\\); the copy was verified\\.\n$`));
    expect([readdirSync(folder), statSync(file).mode & 0o777]).toEqual([["copy.db"], 0o600]);

    const copy = new BetterSqlite3(file, { readonly: true });
    const count = (table: string): number => Number(copy.prepare(`select count(*) from ${table}`).pluck().get());
    // The copy is of one moment: it has both rows of each transaction or neither.
    expect(count("throttles")).toBe(count("one_time_links"));
    expect(count("throttles")).toBeGreaterThanOrEqual(before);
    expect(count("throttles")).toBeLessThanOrEqual(after);
    expect(count("users")).toBe(5);
    copy.close();
    expect(after).toBeGreaterThan(before);
  } finally {
    busy.kill("SIGKILL");
    await new Promise((resolve) => busy.once("close", resolve));
    await close();
  }
});

test("backup does not overwrite a file, and creates no data file", async () => {
  const { dataDir, close } = await startRoster();
  try {
    const file = join(newFolder(), "precious");
    writeFileSync(file, "precious");
    expect(refusal(await command(dataDir, ["backup", file]))).toBe(`${file} already exists. Nothing was overwritten.`);
    expect(readFileSync(file, "utf8")).toBe("precious");
    expect(refusal(await command(dataDir, ["backup"]))).toBe("FILE is missing");
    expect(refusal(await command(dataDir, ["backup", join(newFolder(), "no", "folder")]))).toMatch(/does not exist/);
    const empty = newFolder();
    expect(refusal(await command(empty, ["backup", join(empty, "copy")]))).toMatch(/^The data file /);
    expect(existsSync(join(empty, "roster.db"))).toBe(false);
  } finally {
    await close();
  }
});

test("backup warns if the copy alone is not enough", async () => {
  const started = await startRoster();
  try {
    await giveSecondFactor(started, started.people.mia);
    const { out } = await command(started.dataDir, ["backup", join(newFolder(), "copy.db")]);
    expect(out).toContain("you also need factor-secret from the data folder");
  } finally {
    await started.close();
  }
});
