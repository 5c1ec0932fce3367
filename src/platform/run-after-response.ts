import { randomInt } from "node:crypto";

// Runs work that a response must not reveal by its time, and neither must the page requested right after it (`npm run
// bench -- timing` measures both): a little later, at an unpredictable moment.

const minDelay = 100;
const maxDelay = 1_000;
/** Far more than people cause within a second, but small enough for a small machine's memory. */
export const maxPending = 1_000;

let queue: (() => Promise<void>)[] = [];
/** Queued and running. */
let pendingCount = 0;
let timer: NodeJS.Timeout | undefined;
let running = Promise.resolve();

/**
 * Runs the work within a second, or soon after if there is much, in the order of calls. The work handles its own
 * errors.
 * @returns false if too much is queued; then the work never runs
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

/** Runs all queued work immediately and resolves when it is done, for the end of the process. */
export async function afterResponseSettled(): Promise<void> {
  runBatch();
  await running;
}
