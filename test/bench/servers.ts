import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, copyFileSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../src/platform/root.ts";
import { eventually } from "../support/eventually.ts";
import { connect } from "./client.ts";
import { logIn } from "./log-in.ts";
import { admin } from "./people.ts";

export type Kind = "roster" | "bare";

/** A server that listens; no user has logged in yet. */
export type Started = { kind: Kind; port: number; child: ChildProcess; log: () => string; stop: () => Promise<void> };

/** A server to measure, with the Cookie header of its Admin. `more`: more processes on the same data. */
export type Server = Started & { cookie: string; more?: readonly Started[] };

/** How it differs from the usual start; `more` are settings. */
export type How = { nodeFlags?: string[]; more?: Record<string, string> };

const programs: Record<Kind, string> = { roster: "src/server.ts", bare: "test/bench/bare-server.ts" };
/** Those of src/run.cjs. */
const flags = [
  ...["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--disable-warning=ExperimentalWarning"],
  ...["--preserve-symlinks", "--preserve-symlinks-main"],
];

// Whatever happens to this process, it leaves no server behind.
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/**
 * A data folder with a copy of the file. Each server writes to its own, because the writes of another one would empty
 * its cache.
 */
export function dataFolder(parent: string, name: string, file: string): string {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  copyFileSync(file, join(folder, "roster.db"), constants.COPYFILE_FICLONE);
  return folder;
}

/**
 * The server as `npm start` runs it, with only these settings. Its log goes to a file, because reading it would
 * cost this process time.
 */
export async function start(kind: Kind, folder: string, { nodeFlags = [], more = {} }: How = {}): Promise<Started> {
  const { PATH = "", NODE_COMPILE_CACHE = "" } = process.env;
  const settings = { NODE_ENV: "production", DATA_DIR: folder, PORT: "0", API_RATE_LIMIT: "1000000", ...more };
  const logFile = join(folder, "log");
  const log = openSync(logFile, "w");
  const child = spawn(process.execPath, [...flags, ...nodeFlags, programs[kind]], {
    cwd: root,
    env: { PATH, NODE_COMPILE_CACHE, ...settings },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const ended = once(child, "exit");
  const read = (): string => readFileSync(logFile, "utf8");
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
  };
  running.add(child);
  child.once("exit", () => running.delete(child));
  const port = await eventually(() => {
    if (child.exitCode !== null) throw new Error(`${programs[kind]} ended:\n${read()}`);
    return Number(/listens at http:\/\/[^:]+:(\d+)/.exec(read())?.[1]);
  });
  return { kind, port, child, log: read, stop };
}

/** Starts it and logs the Admin in. */
export async function serve(kind: Kind, folder: string, how?: How): Promise<Server> {
  const started = await start(kind, folder, how);
  const connection = await connect(started.port);
  const cookie = await logIn(connection, admin.email);
  connection.close();
  return { ...started, cookie };
}
