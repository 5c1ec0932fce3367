import bcrypt from "bcrypt";
import { lowerPoolThreads } from "../platform/pool-threads.ts";
import { Busy, RequestAborted } from "../roles/refusal.ts";

/**
 * Hashing takes a core for a quarter of a second. Two at a time, in threads that give way, leave the other people their
 * pages; a queue without a bound would take everybody's memory and patience.
 */
const concurrency = 2;
const maxWaiting = 64;
/** Places that strangers' log-ins may fill; the others are for people we know, so that a crowd at the door keeps none of them out. */
const maxStrangers = 48;

/** bcrypt uses 72 bytes and ignores the rest, so that a longer password would promise what it does not hold. */
export const maxPasswordBytes = 72;

/**
 * The form in which a password is hashed and compared: NFC, since keyboards write one accent in several ways (NIST SP
 * 800-63B-4, 3.1.1.2).
 * @returns undefined where it is more than 72 bytes of UTF-8
 */
export function normalizePassword(typed: string): string | undefined {
  // Normalizing is quadratic on combining marks. 72 bytes of NFC have at most 108 code units in any other form.
  if (typed.length > 4 * maxPasswordBytes) return undefined;
  const password = typed.normalize("NFC");
  return Buffer.byteLength(password) <= maxPasswordBytes ? password : undefined;
}

type Requester = { isKnown?: boolean; signal?: AbortSignal };

export type PasswordHashing = {
  /**
   * Goes before strangers: whoever chooses a password is logged in, has a link or has just given the right one.
   * @param password validated (password-rule.ts)
   * @throws Busy where too many wait
   */
  hash: (password: string) => Promise<string>;
  /**
   * Takes as long where there is no hash, and where it has another cost, so that the time tells nobody who exists
   * (CVE-2024-39329).
   * @param who `isKnown`: it goes before strangers; `gone` says that nobody waits for it any more: it then gives up its
   * place among those who wait
   * @throws Busy where too many wait, RequestAborted where it gave up
   */
  verify: (password: string, hash: string | undefined, who?: Requester) => Promise<boolean>;
  /** Whether the hash has the cost that is set. */
  isCurrent: (hash: string) => boolean;
  /** There are hashes of this cost: where it is higher than the set one, every try takes as long as theirs. */
  expectCost: (cost: number) => void;
};

/** No password has this hash; comparing one with it takes as long as with any other of the cost. */
const unmatchableHash = (cost: number): string => `$2b$${String(cost).padStart(2, "0")}$${".".repeat(53)}`;

let isLowered = false;

/** @param cost bcrypt's: each step doubles the time */
export function createPasswordHashing(cost: number): PasswordHashing {
  let running = 0;
  let slotCount = 0;
  const waiting = { known: [] as (() => void)[], strangers: [] as (() => void)[] };
  let highest = cost;

  /** One step of the cost doubles the work: what is missing to the highest is one hash of each cost below it. */
  async function equalizeCost(done: number): Promise<void> {
    for (let step = done; step < highest; step++) await bcrypt.hash("", step);
  }

  async function waitForSlot({ isKnown, signal }: Requester): Promise<void> {
    const { known, strangers } = waiting;
    const queue = isKnown ? known : strangers;
    if (known.length + strangers.length >= maxWaiting || (!isKnown && strangers.length >= maxStrangers))
      throw new Busy();
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        queue.splice(queue.indexOf(come), 1);
        reject(new RequestAborted());
      };
      const come = (): void => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      signal?.addEventListener("abort", leave);
      queue.push(come);
    });
  }

  async function inQueue<T>(who: Requester, work: () => Promise<T>): Promise<T> {
    if (who.signal?.aborted) throw new RequestAborted();
    if (running >= concurrency) await waitForSlot(who);
    else running += 1;
    try {
      return await work();
    } finally {
      // Only now are there such threads.
      if (!isLowered) lowerPoolThreads();
      isLowered = true;
      // A place is handed on rather than given back, so that nobody slips in between.
      // Every third is a stranger's: programs that create many users must not keep new browsers out either.
      slotCount += 1;
      const { known, strangers } = waiting;
      const [first, second] = slotCount % 3 === 0 ? [strangers, known] : [known, strangers];
      const next = first.shift() ?? second.shift();
      if (next) next();
      else running -= 1;
    }
  }

  return {
    hash: (password) => inQueue({ isKnown: true }, () => bcrypt.hash(password.normalize("NFC"), cost)),
    verify: (password, hash, who = {}) =>
      inQueue(who, async () => {
        // bcrypt ends at NUL and cuts at 72 bytes; no stored password is such, so none matches (CVE-2025-25298).
        const normal = normalizePassword(password);
        const usable = hash !== undefined && normal !== undefined && !normal.includes("\0") && normal.isWellFormed();
        const against = usable ? hash : unmatchableHash(cost);
        const rounds = bcrypt.getRounds(against);
        highest = Math.max(highest, rounds);
        const equal = await bcrypt.compare(normal ?? "", against);
        await equalizeCost(rounds);
        return equal && usable;
      }),
    isCurrent: (hash) => bcrypt.getRounds(hash) === cost,
    expectCost: (cost) => {
      highest = Math.max(highest, cost);
    },
  };
}
