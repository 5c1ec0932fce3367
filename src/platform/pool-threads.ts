import { readdirSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";

const tasks = "/proc/self/task";
/** Of 19: where both want the same core, a thread of the pool gets about a tenth of it. */
const niceness = 10;

/**
 * Lets the threads that Node.js works in aside (hashing passwords, above all) give way to the one that answers requests,
 * and to other programs; where nobody else wants a core they are as quick as before. Only Linux can tell threads apart.
 */
export function lowerPoolThreads(): void {
  try {
    for (const id of readdirSync(tasks)) {
      if (readFileSync(`${tasks}/${id}/comm`, "utf8").trim() === "libuv-worker") setPriority(Number(id), niceness);
    }
  } catch {
    // Another system, or one that does not let us: the pages then wait longer while people log in.
  }
}
