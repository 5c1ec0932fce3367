import { isIPv6 } from "node:net";
import type { Database } from "../database.ts";
import { hashToken } from "../secrets.ts";
import { HttpError } from "../web/errors.ts";
import { countTry, forgetTries } from "./queries.ts";

const window = 15 * 60_000;
const perAccount = 10;
const perNetwork = 60;
const resetMails = { window: 60 * 60_000, most: 3 };

// Typed addresses are counted hashed: a stranger leaves no names behind.
const accountKey = (email: string): string => `login:${hashToken(email)}`;

/**
 * Counts a try to log in before any hashing.
 * @param address where it comes from
 * @throws HttpError 429 past the limit: alike for known, unknown and inactive addresses, right and wrong passwords
 */
export async function countLogin(db: Database, email: string, address: string): Promise<void> {
  const network = await countTry(db, `network:${networkOf(address)}`, window);
  const account = await countTry(db, accountKey(email), window);
  const wait = Math.max(
    network.count > perNetwork ? network.remaining : 0,
    account.count > perAccount ? account.remaining : 0,
  );
  if (wait <= 0) return;
  const minutes = Math.ceil(wait / 60_000);
  const words = `Too many tries to log in. Wait ${minutes === 1 ? "a minute" : `${minutes} minutes`}, then try again, or use "Forgot password?".`;
  throw new HttpError(429, words, { "Retry-After": String(Math.ceil(wait / 1_000)) });
}

export async function forgetLogins(db: Database, email: string): Promise<void> {
  await forgetTries(db, accountKey(email));
}

/** Three mails an hour for an address; false past that, and nobody is told. */
export async function mayMailReset(db: Database, email: string): Promise<boolean> {
  const { count } = await countTry(db, `reset:${hashToken(email)}`, resetMails.window);
  return count <= resetMails.most;
}

/** One machine's address in IPv4, one customer's /64 in IPv6. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, "");
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
