import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { buildDeps } from "../../src/build-deps.ts";
import { readConfig } from "../../src/config.ts";
import { openDatabase } from "../../src/database/database.ts";
import type { Deps } from "../../src/deps.ts";
import { makeDatabase } from "../support/postgres.ts";
import { addressOf, type Run, runServerAlone } from "../support/process.ts";

// Several real processes that are one Roster: each with its own data folder, all with one database.

type Signal = "SIGKILL" | "SIGTERM";
type Settings = Record<string, string>;

export const quick: Settings = {
  NODE_ENV: "test",
  BCRYPT_COST: "4",
  API_RATE_LIMIT: "1000000",
  LOG_LEVEL: "error",
  SESSION_SECRET: "for tests alone and not for anyone else",
};

type Process = {
  url: string;
  port: string;
  dataDir: string;
  run: Run;
};

/** Starts one process; with a port, restarts the one that was killed there. */
async function startProcess(dataDir: string, settings: Settings): Promise<Process> {
  const run = runServerAlone({ ...quick, ...settings, DATA_DIR: dataDir });
  const address = await addressOf(run).catch(async (error) => {
    run.child.kill("SIGKILL");
    await run.ended;
    throw error;
  });
  const url = address;
  return { url, port: new URL(url).port, dataDir, run };
}

async function end({ run }: Process, signal: Signal = "SIGTERM"): Promise<number> {
  run.child.kill(signal);
  return run.ended;
}

export type Together = {
  databaseUrl: string;
  processes: Process[];
  urls: string[];
  /** The database, for tests to read and to make people with. */
  db: Deps["db"];
  deps: Deps;
  dataDir: string;
  /** Ends one process (counted modulo their number), with -9 by default, and starts it again at the same port. */
  restart: (n: number, signal?: Signal) => Promise<void>;
  close: () => Promise<void>;
};

type Given = Awaited<ReturnType<typeof makeDatabase>>;

/**
 * Starts this many processes at the same moment. If one does not start, all are removed.
 * @param settings of each; `isBare`: on a database without tables; `given`: on this existing one
 */
export async function startTogether(
  count: number,
  { settings = {}, isBare = false, given }: { settings?: Settings; isBare?: boolean; given?: Given } = {},
): Promise<Together> {
  const folder = mkdtempSync(join(tmpdir(), "roster-together-"));
  const { databaseUrl, drop } = given ?? (await makeDatabase({ isBare }));
  const all = { DATABASE_URL: databaseUrl, ...settings };
  const dataDirOf = (n: number): string => join(folder, `process-${n}`);
  const starts = Array.from({ length: count }, (_, n) => startProcess(dataDirOf(n), all));
  const started = await Promise.allSettled(starts);
  const processes = started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(processes.map((each) => end(each)));
    for (const step of closing) await step();
    await drop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(starts);
    const dataDir = dataDirOf(0);
    const config = readConfig({ ...quick, DATABASE_URL: databaseUrl, DATA_DIR: dataDir });
    const db = await openDatabase(config);
    closing.push(() => db.destroy());
    const deps = buildDeps({ config, db, logger: pino({ level: "silent" }), ownUrl: "http://localhost" });
    const restart = async (n: number, signal: Signal = "SIGKILL"): Promise<void> => {
      const victim = processes[n % count];
      if (!victim) throw new Error("there are none");
      await end(victim, signal);
      processes[n % count] = await startProcess(victim.dataDir, { ...all, PORT: victim.port });
    };
    return { ...{ databaseUrl, processes, db, deps, dataDir, restart, close }, urls: processes.map(({ url }) => url) };
  } catch (error) {
    await close();
    throw error;
  }
}
