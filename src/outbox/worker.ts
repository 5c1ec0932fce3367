import { randomUUID } from "node:crypto";
import { attemptSend, type SendContext } from "./attempt-send.ts";
import { claimNext, type DueDelivery, extendClaims, markSent } from "./queries.ts";

// Deliveries are rows. Any number of processes can send them: each claims what it sends, and the claim of a killed
// process expires. A process marks an accepted one immediately. If it is killed between the reply and the mark, the email
// arrives twice, with the same Message-ID. Each kind has its own worker, so that slow applications delay no email, and
// each address gets one at a time, so that an application that does not answer delays no other.

export type DeliveryWorker = {
  /** Checks immediately. */
  wake: () => void;
  /** Checks regularly until stopped: for what other processes wrote, and for retries. */
  start: () => void;
  /** Resolves when everything due was sent, or is scheduled for later. */
  settled: () => Promise<void>;
  /** Claims nothing new, and finishes what is under way; aborts it after `timeoutMs` milliseconds, for a later try. */
  stop: (timeoutMs?: number) => Promise<void>;
};

const pollIntervalMs = 3_000;
/** Much longer than the time between two checks, each of which extends it. */
const claimMs = 2 * 60_000;

export function createDeliveryWorker(parts: Omit<SendContext, "workerId">): DeliveryWorker {
  const { db, logger, now, channel } = parts;
  const { kind } = channel;
  const sending = { ...parts, workerId: randomUUID() };
  /** By address. */
  const inFlight = new Map<string, Promise<void>>();
  /** Accepted, but not marked yet, such as on a full disk: marked before anything else is sent. */
  const accepted = new Set<number>();
  const abortController = new AbortController();

  async function send(delivery: DueDelivery): Promise<void> {
    const signal = AbortSignal.any([abortController.signal, AbortSignal.timeout(channel.timeoutMs)]);
    if (!(await attemptSend(sending, delivery, signal))) return;
    accepted.add(delivery.id);
    await markAccepted();
  }

  async function markAccepted(): Promise<void> {
    const ids = [...accepted];
    if (ids.length === 0) return;
    await markSent(db, ids, now());
    for (const id of ids) accepted.delete(id);
  }

  async function sendDue(): Promise<void> {
    await markAccepted();
    const claim = { kind, by: sending.workerId, now: now(), until: now(claimMs) };
    if (inFlight.size > 0) await extendClaims(db, claim);
    while (inFlight.size < channel.concurrency) {
      const delivery = await claimNext(db, claim, [...inFlight.keys()]);
      if (!delivery) return;
      const work = send(delivery)
        .catch((error) =>
          logger.error({ err: error, [kind]: delivery.id }, `what became of a ${kind} could not be written`),
        )
        .finally(() => {
          inFlight.delete(delivery.address);
          poller.wake();
        });
      inFlight.set(delivery.address, work);
    }
  }

  const poller = oneAtATime(sendDue, (error) => logger.error({ err: error }, `${kind}s cannot be sent at the moment`));
  let timer: NodeJS.Timeout | undefined;
  return {
    wake: poller.wake,
    start: () => {
      timer ??= setInterval(poller.wake, pollIntervalMs);
      poller.wake();
    },
    settled: async () => {
      do {
        poller.wake();
        await poller.over();
        await Promise.all(inFlight.values());
        await poller.over();
      } while (inFlight.size > 0);
    },
    stop: async (timeoutMs = 5_000) => {
      clearInterval(timer);
      await poller.stop();
      const abort = setTimeout(() => abortController.abort(), timeoutMs);
      await Promise.all(inFlight.values());
      clearTimeout(abort);
    },
  };
}

/** Does the work when woken, and once more if woken meanwhile. Reports only the first failure in a row. */
function oneAtATime(work: () => Promise<void>, report: (error: unknown) => void) {
  let [isWanted, isStopped, hasFailed] = [false, false, false];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (isWanted && !isStopped) {
      isWanted = false;
      try {
        await work();
        hasFailed = false;
      } catch (error) {
        if (!hasFailed) report(error);
        hasFailed = true;
      }
    }
    running = undefined;
  }

  return {
    wake: (): void => {
      isWanted = true;
      running ??= run();
    },
    over: async (): Promise<void> => running,
    stop: async (): Promise<void> => {
      isStopped = true;
      await running;
    },
  };
}
