import bcrypt from "bcrypt";
import { lowerThreadPriority } from "../platform/pool-threads.ts";
import { Busy, RequestAborted } from "../roles/errors.ts";

/**
 * Hashing uses a core for a quarter of a second. Two at a time, in low-priority threads, keep pages quick; an unlimited
 * queue would use up memory and make everyone wait.
 */
const concurrency = 2;
const maxWaiting = 64;
/**
 * Places for strangers' log-ins; the others are for known browsers and users, so that a crowd of strangers cannot block
 * them.
 */
const maxStrangers = 48;

/** bcrypt uses 72 bytes and ignores the rest, so a longer password would be weaker than it looks. */
export const maxPasswordBytes = 72;

/**
 * The form in which a password is hashed and compared: NFC, because keyboards write one accent in several ways (NIST SP
 * 800-63B-4, 3.1.1.2).
 * @returns undefined if it has more than 72 bytes of UTF-8
 */
export function normalizePassword(typed: string): string | undefined {
  // Normalizing is quadratic for combining marks. 72 bytes of NFC have at most 108 code units in any other form.
  if (typed.length > 4 * maxPasswordBytes) return undefined;
  const password = typed.normalize("NFC");
  return Buffer.byteLength(password) <= maxPasswordBytes ? password : undefined;
}

/** `isKnown` goes before strangers; `signal` aborts when the client disconnects, which frees its place in the queue. */
export type Requester = { isKnown?: boolean; signal?: AbortSignal };

export type PasswordHashing = {
  /**
   * Goes before strangers: people who choose a password are logged in, have a link or have just entered the right one.
   * @param password validated (rule.ts)
   * @throws Busy if the queue is full
   */
  hash: (password: string) => Promise<string>;
  /**
   * Takes the same time without a hash (undefined or empty) and for a hash with another cost, so that the time does not
   * reveal who exists (CVE-2024-39329).
   * @throws Busy if the queue is full, RequestAborted if it was aborted
   */
  verify: (password: string, hash: string | undefined, who?: Requester) => Promise<boolean>;
  /** Whether the hash has the current cost. */
  isCurrent: (hash: string) => boolean;
  /** Some stored hashes have this cost: if it is higher than the setting, every try takes as long as theirs. */
  expectCost: (cost: number) => void;
};

/** No password has this hash; comparing one with it takes as long as with any other of this cost. */
export const unmatchableHash = (cost: number): string => `$2b$${String(cost).padStart(2, "0")}$${".".repeat(53)}`;

let isLowered = false;

/** @param cost bcrypt's: each step doubles the time */
export function createPasswordHashing(cost: number): PasswordHashing {
  let running = 0;
  let slotCount = 0;
  const waiting = { known: [] as (() => void)[], strangers: [] as (() => void)[] };
  let highest = cost;

  /** Each step of the cost doubles the work, so one hash of each lower cost makes up the difference to the highest. */
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
      // The threads exist only now.
      if (!isLowered) lowerThreadPriority();
      isLowered = true;
      // Passes a place on directly instead of freeing it, so that nobody jumps the queue. Every third turn is a
      // stranger's: programs that create many users must not block new browsers.
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
        // bcrypt stops at NUL and cuts at 72 bytes; no stored password is like that, so none matches (CVE-2025-25298).
        const normal = normalizePassword(password);
        const usable =
          hash !== undefined && hash !== "" && normal !== undefined && !normal.includes("\0") && normal.isWellFormed();
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
