import { randomInt } from "node:crypto";

// What an answer must not tell by its time, and the page asked for right after it neither (`npm run bench -- timing`
// shows both): it is done a little later, at a moment that nobody can foresee.

const soonest = 100;
const latest = 1_000;
/** Far more than people ask for within a second, and few enough for a small machine's memory. */
export const waitingAtMost = 1_000;

let waiting: (() => Promise<void>)[] = [];
/** Those that wait, and those under way. */
let undone = 0;
let timer: NodeJS.Timeout | undefined;
let underWay = Promise.resolve();

/**
 * Does the work within a second or, when there is much, soon after, in the order of calls. It sees to its own errors.
 * @returns false where too much waits already, and nothing is going to be done
 */
export function later(work: () => Promise<void>): boolean {
  if (undone >= waitingAtMost) return false;
  undone += 1;
  waiting.push(work);
  timer ??= setTimeout(begin, randomInt(soonest, latest));
  return true;
}

function begin(): void {
  clearTimeout(timer);
  timer = undefined;
  const batch = waiting;
  waiting = [];
  underWay = underWay.then(async () => {
    for (const work of batch) {
      await work();
      undone -= 1;
    }
  });
}

/** Does what waits at once, and resolves when it is done: for the end of the process. */
export async function laterSettled(): Promise<void> {
  begin();
  await underWay;
}
