import { randomInt } from "node:crypto";

// What an answer must not tell by its time, and the page asked for right after it neither (`npm run bench -- timing`
// shows both): it is done a little later, at a moment that nobody can foresee.

const minDelay = 100;
const maxDelay = 1_000;
/** Far more than people ask for within a second, and few enough for a small machine's memory. */
export const maxPending = 1_000;

let queue: (() => Promise<void>)[] = [];
/** Those that wait, and those under way. */
let pendingCount = 0;
let timer: NodeJS.Timeout | undefined;
let running = Promise.resolve();

/**
 * Does the work within a second or, when there is much, soon after, in the order of calls. It sees to its own errors.
 * @returns false where too much waits already, and nothing is going to be done
 */
export function runAfterResponse(work: () => Promise<void>): boolean {
  if (pendingCount >= maxPending) return false;
  pendingCount += 1;
  queue.push(work);
  timer ??= setTimeout(runBatch, randomInt(minDelay, maxDelay));
  return true;
}

function runBatch(): void {
  clearTimeout(timer);
  timer = undefined;
  const batch = queue;
  queue = [];
  running = running.then(async () => {
    for (const work of batch) {
      await work();
      pendingCount -= 1;
    }
  });
}

/** Does what waits at once, and resolves when it is done: for the end of the process. */
export async function afterResponseSettled(): Promise<void> {
  runBatch();
  await running;
}
