import { randomUUID } from "node:crypto";
import { claimDueMails, type DueMail, extendClaims, markSent } from "./queries.ts";
import { type Sending, trySending } from "./sending.ts";

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
  /** Takes nothing new, and lets what is under way end; after `patience` milliseconds that is broken off, for later. */
  stop: (patience?: number) => Promise<void>;
};

const lookingEvery = 3_000;
/** Much longer than the time between two looks, each of which extends it. */
const claimFor = 2 * 60_000;
/** So long on one mail at the most; no server that works needs it. */
const longestTry = 15 * 60_000;
const atOnce = 4;

export function createMailWorker(parts: Omit<Sending, "by">): MailWorker {
  const { db, logger, at } = parts;
  const sending = { ...parts, by: randomUUID() };
  const underWay = new Map<number, Promise<void>>();
  /** Accepted, and not marked yet, as where the disk is full: marked before anything else is sent. */
  const accepted = new Set<number>();
  const breakingOff = new AbortController();

  async function send(mail: DueMail): Promise<void> {
    const signal = AbortSignal.any([breakingOff.signal, AbortSignal.timeout(longestTry)]);
    if (!(await trySending(sending, mail, signal))) return;
    accepted.add(mail.id);
    await markAccepted();
  }

  async function markAccepted(): Promise<void> {
    const ids = [...accepted];
    if (ids.length === 0) return;
    await markSent(db, ids, at());
    for (const id of ids) accepted.delete(id);
  }

  async function takeDue(): Promise<void> {
    await markAccepted();
    const claim = { by: sending.by, now: at(), until: at(claimFor) };
    if (underWay.size > 0) await extendClaims(db, claim);
    if (underWay.size >= atOnce) return;
    for (const mail of await claimDueMails(db, claim, atOnce - underWay.size)) {
      const work = send(mail)
        .catch((error) => logger.error({ err: error, mail: mail.id }, "what became of a mail could not be written"))
        .finally(() => {
          underWay.delete(mail.id);
          looks.wake();
        });
      underWay.set(mail.id, work);
    }
  }

  const looks = oneAtATime(takeDue, (error) => logger.error({ err: error }, "mails cannot be sent at the moment"));
  let timer: NodeJS.Timeout | undefined;
  return {
    wake: looks.wake,
    start: () => {
      timer ??= setInterval(looks.wake, lookingEvery);
      looks.wake();
    },
    settled: async () => {
      do {
        looks.wake();
        await looks.over();
        await Promise.all(underWay.values());
      } while (underWay.size > 0);
      await looks.over();
    },
    stop: async (patience = 5_000) => {
      clearInterval(timer);
      await looks.stop();
      const abort = setTimeout(() => breakingOff.abort(), patience);
      await Promise.all(underWay.values());
      clearTimeout(abort);
    },
  };
}

/** Does the work when it is woken, and again where it was woken meanwhile. Of failures in a row the first is told. */
function oneAtATime(work: () => Promise<void>, tell: (error: unknown) => void) {
  let [isWanted, isStopped, hasFailed] = [false, false, false];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (isWanted && !isStopped) {
      isWanted = false;
      try {
        await work();
        hasFailed = false;
      } catch (error) {
        if (!hasFailed) tell(error);
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
