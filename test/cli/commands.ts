import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "@jest/globals";
import { type Database, openDatabase } from "../../src/database/database.ts";
import { migrate } from "../../src/database/migrate.ts";

const root = join(import.meta.dirname, "../..");
const folders: string[] = [];

export type Outcome = { code: number | null; out: string; err: string };

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A data folder for one test, removed after it. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "roster-cli-"));
  folders.push(folder);
  return folder;
}

/** Runs the command in a separate process, as an operator does. */
export async function roster(
  dataDir: string,
  args: string[],
  { input = "", settings = {} }: { input?: string | Buffer; settings?: Record<string, string> } = {},
): Promise<Outcome> {
  const env = { ...process.env, NODE_ENV: "test", BCRYPT_COST: "4", DATA_DIR: dataDir, BASE_URL: "", ...settings };
  const flags = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--disable-warning=ExperimentalWarning"];
  const child = spawn(process.execPath, [...flags, "src/cli.ts", ...args], { cwd: root, env });
  const outcome: Outcome = { code: null, out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    outcome.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    outcome.err += text;
  });
  // A command that fails before it reads closes the pipe.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  outcome.code = await new Promise((resolve) => child.on("close", resolve));
  return outcome;
}

/** Opens the folder's data file. */
export async function inside<T>(dataDir: string, look: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase({ dataDir });
  try {
    await migrate(db, dataDir);
    return await look(db);
  } finally {
    await db.destroy();
  }
}

/** Expects exit code 1, nothing on standard output, and one line on standard error, which is returned. */
export function refusal({ code, out, err }: Outcome): string {
  if (code !== 1 || out !== "" || !/^[^\n]+\n$/.test(err)) {
    throw new Error(`Not a refusal of one line: ${JSON.stringify({ code, out, err })}`);
  }
  return err.trim();
}
