import { readdirSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";

const tasks = "/proc/self/task";
/** Of 19: if both want the same core, a pool thread gets about a tenth of it. */
const niceness = 10;

/**
 * Gives Node.js's pool threads, which hash passwords above all, a lower priority than the thread that answers requests
 * and than other programs. On an idle core they are as fast as before. Only Linux sets priorities per thread.
 */
export function lowerThreadPriority(): void {
  try {
    for (const id of readdirSync(tasks)) {
      if (readFileSync(`${tasks}/${id}/comm`, "utf8").trim() === "libuv-worker") setPriority(Number(id), niceness);
    }
  } catch {
    // Another system, or no permission: pages are slower while people log in.
  }
}
