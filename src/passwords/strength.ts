import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { asset } from "../platform/assets.ts";
import { isExecutable } from "../platform/root.ts";
import { Busy } from "../roles/errors.ts";
import type { Words } from "../words/words.ts";

/**
 * `score` is 0 to 4; `warning` is zxcvbn's key for what is weak; `digits` is log10 of the guesses,
 * without what zxcvbn adds for each further part.
 */
export type Strength = { score: number; warning?: keyof Words["passwords"]["weaknesses"]; digits: number };

type Question = { password: string; known: string[] };
type Waiting = Question & {
  resolve: (strength: Strength | undefined) => void;
  reject: (error: unknown) => void;
};

/** A question takes about 40 ms, the worst password of 72 bytes 600. */
const maxWaiting = 64;
const maxWaitingPerRequester = 8;
/** Microseconds of processor time, so that a busy machine does not refuse what an idle one accepts. */
const maxCpuMicroseconds = 3_000_000;
/**
 * About 58 MiB of dictionaries: loaded at the first use, because most processes never set a password, and dropped
 * later.
 */
const idleTimeoutMs = 30_000;

/** By requester, in the order of their turns. */
const waiting = new Map<string, Waiting[]>();
let isWorking = false;
let worker: Worker | undefined;
let timer: NodeJS.Timeout | undefined;

/**
 * zxcvbn's estimate of a password's strength, in a separate thread, so that other people's pages do not wait. Askers
 * take turns with one question each, however many they have.
 * @param requester the user or link that the question is for
 * @returns undefined if the password took too long
 * @throws Busy if too many questions are queued, from this requester or in total
 */
export async function estimateStrength(requester: string, question: Question): Promise<Strength | undefined> {
  const own = waiting.get(requester) ?? [];
  const count = waiting.values().reduce((sum, { length }) => sum + length, 0);
  if (own.length >= maxWaitingPerRequester || count >= maxWaiting) throw new Busy();
  return new Promise((resolve, reject) => {
    waiting.set(requester, [...own, { ...question, resolve, reject }]);
    if (!isWorking) void processQueue();
  });
}

async function processQueue(): Promise<void> {
  isWorking = true;
  clearTimeout(timer);
  // A process that is done does not wait for the thread, but one that needs an answer does.
  worker?.ref();
  // A requester with more questions goes to the end, where this loop finds it again.
  for (const [requester, [next, ...others]] of waiting) {
    waiting.delete(requester);
    if (others.length > 0) waiting.set(requester, others);
    if (next) await estimate(next).then(next.resolve, next.reject);
  }
  isWorking = false;
  worker?.unref();
  timer = setTimeout(endWorker, idleTimeoutMs).unref();
}

async function estimate({ password, known }: Question): Promise<Strength | undefined> {
  worker ??= await startWorker();
  const used = await timeOf(worker);
  const limit = new AbortController();
  const limitTimer = setInterval(async () => {
    if (worker && (await timeOf(worker)) - used > maxCpuMicroseconds) limit.abort();
  }, 100);
  try {
    const answer = once(worker, "message", { signal: limit.signal });
    worker.postMessage({ password, known });
    return (await answer)[0];
  } catch (error) {
    await endWorker();
    if (limit.signal.aborted) return undefined;
    throw error;
  } finally {
    clearInterval(limitTimer);
  }
}

/** Microseconds of processor time; 0 if the thread has ended. */
const timeOf = (thread: Worker): Promise<number> =>
  thread.cpuUsage().then(
    ({ user, system }) => user + system,
    () => 0,
  );

/** The dictionaries are loaded by then, so they do not count toward a question's time. */
async function startWorker(): Promise<Worker> {
  const started = new Worker(
    isExecutable ? asset("strength-worker.mjs") : join(import.meta.dirname, "strength-worker.ts"),
  );
  started.on("error", () => {
    if (worker === started) worker = undefined;
  });
  await once(started, "message");
  return started;
}

async function endWorker(): Promise<void> {
  const ended = worker;
  worker = undefined;
  await ended?.terminate();
}
