import { execFileSync } from "node:child_process";
import { copyFileSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../src/platform/root.ts";
import { connect, get } from "./client.ts";
import { cache } from "./data.ts";
import { median } from "./load.ts";
import { type How, type Kind, start } from "./servers.ts";

const starts = 5;
const mebibyte = 1_024;

/** Milliseconds from starting the process to the complete first page, the median of several starts. */
export async function timeToFirstPage(kind: Kind, folder: string, how?: How): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < starts; i++) {
    const began = performance.now();
    const { port, stop } = await start(kind, folder, how);
    const connection = await connect(port);
    const { status } = await connection.ask(get("/login", {}));
    times.push(performance.now() - began);
    if (status !== 200) throw new Error(`the first page answered ${status}`);
    connection.close();
    await stop();
  }
  return median(times);
}

/**
 * What Linux says of a process's memory. PSS counts a page that several processes share for each of them in part, so
 * that other programs on the same Node.js make it smaller; RSS counts it whole. Undefined on another system.
 */
export function memory(pid: number | undefined): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    const mib = (name: string): string =>
      (Number(new RegExp(`^${name}: +(\\d+)`, "m").exec(text)?.[1]) / mebibyte).toFixed(1);
    return `PSS ${mib("Pss")} MiB (RSS ${mib("Rss")} MiB)`;
  } catch {
    return undefined;
  }
}

/** The MiB on disk that a server needs, installed from the registry. */
export function installedSize(): number {
  const folder = mkdtempSync(join(cache, "install-"));
  try {
    for (const file of ["package.json", "package-lock.json", ".npmrc"])
      copyFileSync(join(root, file), join(folder, file));
    execFileSync("npm", ["ci", "--omit=dev", "--no-audit", "--no-fund"], { cwd: folder, stdio: "ignore" });
    const entries = readdirSync(join(folder, "node_modules"), { recursive: true, withFileTypes: true });
    const bytes = entries.map(({ parentPath, name }) => lstatSync(join(parentPath, name)).blocks * 512);
    return bytes.reduce((sum, size) => sum + size, 0) / mebibyte ** 2;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
