import { randomInt } from "node:crypto";

// What an answer must not tell by its time, and the page asked for right after it neither (`npm run bench -- timing`
// shows both): it is done a little later, at a moment that nobody can foresee.

const soonest = 100;
const latest = 1_000;

let waiting: (() => Promise<void>)[] = [];
let timer: NodeJS.Timeout | undefined;
let underWay = Promise.resolve();

/** Does the work within a second, in the order of calls. It sees to its own errors. */
export function later(work: () => Promise<void>): void {
  waiting.push(work);
  timer ??= setTimeout(begin, randomInt(soonest, latest));
}

function begin(): void {
  clearTimeout(timer);
  timer = undefined;
  const batch = waiting;
  waiting = [];
  underWay = underWay.then(async () => {
    for (const work of batch) await work();
  });
}

/** Does what waits at once, and resolves when it is done: for the end of the process. */
export async function laterSettled(): Promise<void> {
  begin();
  await underWay;
}
