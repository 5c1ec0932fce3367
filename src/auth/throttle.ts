import { isIP, isIPv6 } from "node:net";
import type { Knex } from "knex";
import type { Database } from "../database.ts";
import { hashToken } from "../secrets.ts";
import { HttpError } from "../web/errors.ts";
import { findKnownBrowser, listKnownBrowsers } from "./known-browser-queries.ts";
import {
  countTry,
  findHold,
  forgetTries,
  giveBackTry,
  type Rule,
  renameTries,
  type Tried,
} from "./throttle-queries.ts";

// What may be tried how often. One-time links and API keys need no such count: they are 256 and 178 random bits, and
// nobody guesses those however often (NIST SP 800-63B-4, 3.1.2.2).

const minutes = 60_000;
const hours = 60 * minutes;

/** Five free, then about a hundred a day at most (NIST SP 800-63B-4, 3.2.2). */
const anAccount: Rule = {
  free: 5,
  waits: [0.5 * minutes, 1 * minutes, 2 * minutes, 4 * minutes, 8 * minutes, 15 * minutes],
  window: 24 * hours,
};
const aNetwork: Rule = { free: 60, window: 15 * minutes };
const resetMails: Rule = { free: 3, window: 1 * hours };
const resetMailsOfANetwork: Rule = { free: 30, window: 1 * hours };

/** An address as it was typed, in the form that it is kept, looked up and counted in. */
export const foldedAddress = (typed: string): string => typed.trim().toLowerCase();

// Typed addresses are counted hashed: a stranger leaves no names behind.
const accountKey = (email: string): string => `login:${hashToken(email)}`;
const browserKey = (id: number): string => `known:${id}`;

/** What was counted for one try of a password. */
export type PasswordTry = {
  keys: { account: string; network?: string };
  /** Whether a lock begins with it. */
  isLast: boolean;
};

/**
 * Counts a try of a password before any hashing. A browser that the account knows has tries of its own, and neither the
 * account's nor its network's: there an attacker has no part in.
 * @param email folded
 * @throws HttpError 429 past the limit: alike for known, unknown and inactive addresses, right and wrong passwords
 */
export async function countPassword(
  db: Database,
  { email, token, address }: { email: string; token: string | undefined; address: string | undefined },
): Promise<PasswordTry> {
  const known = token && (await findKnownBrowser(db, token, email));
  const network = known ? undefined : `network:${networkOf(address)}`;
  if (network) requireAllowed(await countTry(db, network, aNetwork));
  const account = known ? browserKey(known) : accountKey(email);
  const count = requireAllowed(await countTry(db, account, anAccount));
  return { keys: { account, ...(network && { network }) }, isLast: count === anAccount.free };
}

const ofPasswords = {
  many: "Too many tries with a password.",
  advice: 'then try again, or use "Forgot password?" on the log-in page',
};
const ofCodes = { many: "Too many codes were tried.", advice: "then try again" };

function requireAllowed(tried: Tried, { many, advice } = ofPasswords): number {
  if (tried.isAllowed) return tried.count;
  const seconds = Math.ceil(tried.wait / 1_000);
  const wait = seconds <= 60 ? "a minute" : `${Math.ceil(seconds / 60)} minutes`;
  throw new HttpError(429, `${many} Wait ${wait}, ${advice}.`, { "Retry-After": String(seconds) });
}

/** The password was right: what this browser counts by begins anew. The network's other tries stay. */
export async function forgetPasswordTries(db: Database, { keys: { account, network } }: PasswordTry): Promise<void> {
  await forgetTries(db, account);
  if (network) await giveBackTry(db, network);
}

/** The password was not looked at. */
export async function giveBackPasswordTry(db: Database, { keys: { account, network } }: PasswordTry): Promise<void> {
  await giveBackTry(db, account);
  if (network) await giveBackTry(db, network);
}

const codeKey = (userId: number): string => `code:${userId}`;

/** Counts a try of a second factor's code before it is looked at, over all pages that ask for one. @throws HttpError 429 */
export async function countCode(db: Database, userId: number): Promise<void> {
  requireAllowed(await countTry(db, codeKey(userId), anAccount), ofCodes);
}

export async function forgetCodes(db: Database, userId: number): Promise<void> {
  await forgetTries(db, codeKey(userId));
}

type Account = { id: number; email: string };

async function keysOf(db: Database, { id, email }: Account): Promise<string[]> {
  return [accountKey(email), ...(await listKnownBrowsers(db, id)).map(browserKey)];
}

/** Whether log-ins of the user are being held back, and until when ("": the next try may come). */
export async function findAccountHold(db: Database, user: Account): Promise<string | undefined> {
  return findHold(db, await keysOf(db, user), anAccount);
}

/** Lifts it, for every browser. */
export async function liftAccountHold(db: Database, user: Account): Promise<void> {
  for (const key of await keysOf(db, user)) await forgetTries(db, key);
}

/** The account has another address: whoever guesses gets no new tries by it. @param change both addresses folded */
export async function moveAccountTries(
  trx: Knex.Transaction,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await renameTries(trx, { from: accountKey(from), to: accountKey(to) });
}

/** Three mails an hour for an address, thirty for a network; false past that, and nobody is told. @param email folded */
export async function mayMailReset(db: Database, email: string, address: string | undefined): Promise<boolean> {
  const network = await countTry(db, `reset-network:${networkOf(address)}`, resetMailsOfANetwork);
  return network.isAllowed && (await countTry(db, `reset:${hashToken(email)}`, resetMails)).isAllowed;
}

/** One machine's address in IPv4, one customer's /64 in IPv6; all that is neither counts as one. */
export function networkOf(address = ""): string {
  // Some proxies forward the port too, and with it a client would be another one at each connection.
  const [, bracketed, dotted] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(address) ?? [];
  const plain = (bracketed ?? dotted ?? address).replace(/^::ffff:(?=\d+\.)/i, "");
  if (!isIP(plain)) return "unknown";
  if (!isIPv6(plain)) return plain;
  const [head = "", tail = ""] = plain.split("%")[0]?.split("::") ?? [];
  const before = head.split(":").filter(Boolean);
  const after = tail.split(":").filter(Boolean);
  const groups = plain.includes("::")
    ? [...before, ...Array(Math.max(0, 8 - before.length - after.length)).fill("0"), ...after]
    : before;
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
