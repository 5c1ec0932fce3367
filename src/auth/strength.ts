import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { asset } from "../assets.ts";
import { isExecutable } from "../root.ts";

/** Of 0 to 4, and what is weak in plain words ("" where there is nothing to say). */
export type Strength = { score: number; warning: string };

type Waiting = { resolve: (strength: Strength) => void; reject: (error: unknown) => void };
type Estimator = {
  ask: (password: string, known: string[]) => Promise<Strength>;
  isIdle: () => boolean;
  end: () => void;
};

/** Some 58 MiB of dictionaries: loaded at the first use, since most processes never set a password, and dropped after. */
const idleAfter = 30_000;

let estimator: Estimator | undefined;
let timer: NodeJS.Timeout | undefined;

/**
 * zxcvbn's guess at a password's strength. One after another in a thread of its own: up to a second for 72 characters,
 * in which everybody else's pages go on.
 */
export async function strengthOf(password: string, known: string[]): Promise<Strength> {
  clearTimeout(timer);
  estimator ??= startEstimator();
  const own = estimator;
  try {
    return await own.ask(password, known);
  } finally {
    if (own.isIdle() && own === estimator) timer = setTimeout(endEstimator, idleAfter).unref();
  }
}

function endEstimator(): void {
  estimator?.end();
  estimator = undefined;
}

function startEstimator(): Estimator {
  const worker = new Worker(
    isExecutable ? asset("strength-worker.mjs") : join(import.meta.dirname, "strength-worker.ts"),
  );
  const waiting = new Map<number, Waiting>();
  let last = 0;
  // A process that is done does not wait for the thread, but one that waits for an answer does.
  worker.unref();
  worker.on("message", ({ id, ...strength }: Strength & { id: number }) => {
    waiting.get(id)?.resolve(strength);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
  });
  worker.on("error", (error) => {
    estimator = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  return {
    ask: (password, known) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject });
        worker.ref();
        worker.postMessage({ id: last, password, known });
      }),
    isIdle: () => waiting.size === 0,
    end: () => void worker.terminate(),
  };
}
