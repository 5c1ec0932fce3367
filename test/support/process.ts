import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "../../src/platform/root.ts";
import { eventually } from "./eventually.ts";

/** The Node.js of the machine, other than the one that runs this; undefined if it has none. */
export const machineNode: string | undefined = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .map((folder) => join(folder, "node"))
  .find(existsSync);

/** Its major version. */
export const machineVersion: number = machineNode
  ? Number.parseInt(execFileSync(machineNode, ["-p", "process.versions.node"], { encoding: "utf8" }), 10)
  : 0;

export type Run = {
  child: ChildProcess;
  out: () => string;
  err: () => string;
  /** The exit code; -1 after a signal. */
  ended: Promise<number>;
};

/**
 * Runs a program with only these settings as its environment. By default it is a program of the package, in the
 * package's folder.
 */
export function run(
  command: string,
  args: string[],
  settings: Record<string, string> = {},
  {
    cwd = root,
    input = "",
    ...user
  }: { cwd?: string /** What is typed. */; input?: string; uid?: number; gid?: number } = {},
): Run {
  const { PATH = "" } = process.env;
  const child = spawn(command, args, { cwd, env: { PATH, ...settings }, stdio: "pipe", ...user });
  // It may end without reading its input.
  child.stdin.on("error", () => undefined).end(input);
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.on("data", (text) => out.push(String(text)));
  child.stderr.on("data", (text) => err.push(String(text)));
  const ended = new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? -1)));
  return { child, out: () => out.join(""), err: () => err.join(""), ended };
}

/** The server as `npm start` runs it. */
export const runServer = (settings: Record<string, string>): Run =>
  run(machineNode ?? process.execPath, ["src/run.cjs", "src/server.ts"], { PORT: "0", ...settings });

/** The server without the wrapper of `npm start`: a signal reaches it directly. */
export const runServerAlone = (settings: Record<string, string>): Run =>
  run(process.execPath, ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "src/server.ts"], {
    PORT: "0",
    NODE_COMPILE_CACHE: join(root, "node_modules/.cache/compiled"),
    ...settings,
  });

/** Where a started server listens, once it says so. @throws Error with its output if it ends or fails */
export async function addressOf({ out, err, child }: Run): Promise<string> {
  const found = await eventually(() => {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (err() || hasEnded) return "nowhere";
    return /^Roster listens at (http:\S+)$/m.exec(out())?.[1];
  });
  if (found !== "nowhere") return found;
  throw new Error(`The server did not start: ${err().trim() || out().trim() || `it ended with ${child.exitCode}`}`);
}
