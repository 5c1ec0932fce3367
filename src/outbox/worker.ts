import { randomUUID } from "node:crypto";
import { claimDueMails, type DueMail, extendClaims, markSent } from "./queries.ts";
import { attemptSend, type Sending } from "./sending.ts";

// Mails are rows (mailer.ts). Any number of processes may send them: each claims what it sends, and the claim of one that
// was killed runs out. What a server has accepted is marked at once; between its word and the mark lies the one moment in
// which a kill makes a mail come twice, with the same Message-ID.

export type MailWorker = {
  /** Looks at once. */
  wake: () => void;
  /** Looks now and then, until it is stopped: for what other processes wrote, and for what is to be tried again. */
  start: () => void;
  /** Resolves when everything due was sent, or is to be tried later. */
  settled: () => Promise<void>;
  /** Takes nothing new, and lets what is under way end; after `timeoutMs` milliseconds that is broken off, for later. */
  stop: (timeoutMs?: number) => Promise<void>;
};

const pollIntervalMs = 3_000;
/** Much longer than the time between two looks, each of which extends it. */
const claimMs = 2 * 60_000;
/** So long on one mail at the most; no server that works needs it. */
const attemptTimeoutMs = 15 * 60_000;
const concurrency = 4;

export function createMailWorker(parts: Omit<Sending, "by">): MailWorker {
  const { db, logger, at } = parts;
  const sending = { ...parts, by: randomUUID() };
  const inFlight = new Map<number, Promise<void>>();
  /** Accepted, and not marked yet, as where the disk is full: marked before anything else is sent. */
  const accepted = new Set<number>();
  const abortController = new AbortController();

  async function send(mail: DueMail): Promise<void> {
    const signal = AbortSignal.any([abortController.signal, AbortSignal.timeout(attemptTimeoutMs)]);
    if (!(await attemptSend(sending, mail, signal))) return;
    accepted.add(mail.id);
    await markAccepted();
  }

  async function markAccepted(): Promise<void> {
    const ids = [...accepted];
    if (ids.length === 0) return;
    await markSent(db, ids, at());
    for (const id of ids) accepted.delete(id);
  }

  async function sendDue(): Promise<void> {
    await markAccepted();
    const claim = { by: sending.by, now: at(), until: at(claimMs) };
    if (inFlight.size > 0) await extendClaims(db, claim);
    if (inFlight.size >= concurrency) return;
    for (const mail of await claimDueMails(db, claim, concurrency - inFlight.size)) {
      const work = send(mail)
        .catch((error) => logger.error({ err: error, mail: mail.id }, "what became of a mail could not be written"))
        .finally(() => {
          inFlight.delete(mail.id);
          poller.wake();
        });
      inFlight.set(mail.id, work);
    }
  }

  const poller = oneAtATime(sendDue, (error) => logger.error({ err: error }, "mails cannot be sent at the moment"));
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
      } while (inFlight.size > 0);
      await poller.over();
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

/** Does the work when it is woken, and again where it was woken meanwhile. Of failures in a row the first is told. */
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
