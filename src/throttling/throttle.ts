import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { resetMinutes } from "../passwords/link-queries.ts";
import { clientNetwork } from "../platform/network.ts";
import { hashToken } from "../platform/secrets.ts";
import { TooManyAttempts } from "../roles/errors.ts";
import { type Words, words } from "../words/words.ts";
import { findKnownBrowser, listKnownBrowsers } from "./known-browser-queries.ts";
import {
  type AttemptLimit,
  type AttemptResult,
  countAttempt,
  renameAttempts,
  resetAttempts,
  uncountAttempt,
} from "./queries.ts";

// How often things can be tried. One-time links and API keys need no limit: they have 256 and 178 random bits, and
// nobody can guess those (NIST SP 800-63B-4, 3.1.2.2).

const minutes = 60_000;
const hours = 60 * minutes;

/** Five free tries, then at most about a hundred a day (NIST SP 800-63B-4, 3.2.2). */
const accountLimit: AttemptLimit = {
  free: 5,
  delays: [0.5 * minutes, 1 * minutes, 2 * minutes, 4 * minutes, 8 * minutes, 15 * minutes],
  window: 24 * hours,
};
const networkLimit: AttemptLimit = { free: 60, window: 15 * minutes };
/** As long as a link's lifetime: if others have used these up, the last emailed link still works. */
const resetMailLimit: AttemptLimit = { free: 3, window: resetMinutes * minutes };
const invitationLimit: AttemptLimit = { free: 10, window: 1 * hours };
const networkResetMailLimit: AttemptLimit = { free: 30, window: 1 * hours };

// Typed addresses are counted hashed: strangers leave no names behind.
const accountKey = (email: string): string => `login:${hashToken(email)}`;
const browserKey = (id: number): string => `known:${id}`;
const confirmKey = (userId: number): string => `confirm:${userId}`;

const resetKey = (email: string): string => `reset:${hashToken(email)}`;

const networkKey = (address: string | undefined): string => `network:${clientNetwork(address)}`;

const resetNetworkKey = (address: string | undefined): string => `reset-network:${clientNetwork(address)}`;

/** Who is asking: the token by which accounts recognize the browser, and the connection's address. */
type Browser = { token: string | undefined; address: string | undefined };

/** The counts of one password try. */
export type PasswordAttempt = {
  keys: { account: string; network?: string };
  /** Whether a lock starts with it. */
  isLast: boolean;
};

/**
 * Counts a password try before any hashing. A browser that the account knows has its own tries, apart from the
 * account's and the network's, which an attacker cannot use up. So does a logged-in user who confirms.
 * @param email as stored
 * @param confirms the ID of the logged-in user who confirms
 * @throws TooManyAttempts past the limit: the same for known, unknown and inactive addresses, right and wrong passwords
 */
export async function countPasswordAttempt(
  db: Database,
  { email, token, address, confirms }: Browser & { email: string; confirms?: number | undefined },
): Promise<PasswordAttempt> {
  const known = confirms === undefined && token ? await findKnownBrowser(db, token, email) : undefined;
  const own = confirms === undefined ? (known === undefined ? undefined : browserKey(known)) : confirmKey(confirms);
  const network = own ? undefined : networkKey(address);
  if (network) requireAllowed(await countAttempt(db, network, networkLimit));
  const account = own ?? accountKey(email);
  const count = requireAllowed(await countAttempt(db, account, accountLimit));
  return { keys: { account, ...(network && { network }) }, isLast: count === accountLimit.free };
}

function requireAllowed(tried: AttemptResult, what: keyof Words["tooMany"] = "passwords"): number {
  if (tried.isAllowed) return tried.count;
  const message = words().tooMany[what](Math.max(1, Math.ceil(tried.wait / minutes)));
  throw new TooManyAttempts(message, Math.ceil(tried.wait / 1_000));
}

/** The password was right: resets this browser's count. The network's other tries stay. */
export async function resetPasswordAttempts(
  db: Database,
  { keys: { account, network } }: PasswordAttempt,
): Promise<void> {
  await resetAttempts(db, { key: account });
  if (network) await uncountAttempt(db, { key: network });
}

/** Nobody checked the password. */
export async function uncountPasswordAttempt(
  db: Database,
  { keys: { account, network } }: PasswordAttempt,
): Promise<void> {
  await uncountAttempt(db, { key: account });
  if (network) await uncountAttempt(db, { key: network });
}

/**
 * Where a code is entered: a browser at the log-in, a reset link, or the user's own session. Each has its own count:
 * someone who has the password but neither the user's email nor a session cannot lock the user out there.
 */
export type CodeSource = Browser | "link" | "session";

/**
 * Counts a second factor code before it is checked. Nobody can guess the 120 random bits of a recovery code: its tries
 * are limited because of the work, a stranger's by network, so that guessing blocks no right code.
 * @returns a function to call once the code was right
 * @throws TooManyAttempts
 */
export async function countCodeAttempt(
  db: Database,
  { id, email }: Account,
  { source, isRecovery }: { source: CodeSource; isRecovery: boolean },
): Promise<() => Promise<unknown>> {
  const browser = typeof source === "string" ? undefined : source;
  const known = browser?.token && (await findKnownBrowser(db, browser.token, email));
  const where = browser ? (known ? browserKey(known) : String(id)) : `${source}:${id}`;
  if (!isRecovery) {
    requireAllowed(await countAttempt(db, `code:${where}`, accountLimit), "codes");
    return () => resetAttempts(db, { key: `code:${where}` });
  }
  const key = browser && !known ? networkKey(browser.address) : `recovery:${where}`;
  requireAllowed(await countAttempt(db, key, networkLimit), "recoveryCodes");
  return () => uncountAttempt(db, { key });
}

export type Account = { id: number; email: string };
export type AttemptKind = "passwords" | "codes";

const keysOf = async (db: Database, user: Account): Promise<Record<AttemptKind, string[]>> =>
  countedKeys(user, await listKnownBrowsers(db, user.id));

/** Every count of the user's tries. @param known the IDs of the browsers that the account knows */
export function countedKeys({ id, email }: Account, known: readonly number[]): Record<AttemptKind, string[]> {
  const browsers = known.map(browserKey);
  const places = [String(id), `link:${id}`, `session:${id}`, ...browsers];
  return {
    passwords: [accountKey(email), confirmKey(id), ...browsers],
    codes: places.flatMap((source) => [`code:${source}`, `recovery:${source}`]),
  };
}

/** Unlocks them, for every browser. */
export async function removeLocks(db: Database, user: Account): Promise<void> {
  const { passwords, codes } = await keysOf(db, user);
  for (const key of [...passwords, ...codes]) await resetAttempts(db, { key });
}

/** The account's address changed: a guesser gets no new tries. @param change both addresses folded */
export async function moveAccountAttempts(
  trx: Knex.Transaction,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await renameAttempts(trx, { from: accountKey(from), to: accountKey(to) });
}

/** Every count of an erased user. @param known their addresses, and those from which only they came */
export async function deleteAttempts(
  trx: Knex.Transaction,
  user: Account,
  known: { emails: readonly string[]; addresses: readonly string[] },
): Promise<void> {
  const { passwords, codes } = await keysOf(trx, user);
  const emails = known.emails.flatMap((email) => [accountKey(email), resetKey(email)]);
  const networks = known.addresses.flatMap((address) => [networkKey(address), resetNetworkKey(address)]);
  for (const key of [...passwords, ...codes, ...emails, ...networks]) await resetAttempts(trx, { key });
}

/** Counts of a second factor that was removed. */
export async function resetCodeAttempts(db: Database, user: Account): Promise<void> {
  for (const key of (await keysOf(db, user)).codes) await resetAttempts(db, { key });
}

/** Ten more invitation links an hour for a user in total. @throws TooManyAttempts */
export async function countInvitation(db: Database, userId: number): Promise<void> {
  requireAllowed(await countAttempt(db, `invitation:${userId}`, invitationLimit), "invitations");
}

/**
 * Three emails in half an hour for an address, thirty an hour for a network; false past that, without telling anyone.
 * @param email as stored
 */
export async function isResetMailAllowed(db: Database, email: string, address: string | undefined): Promise<boolean> {
  const network = await countAttempt(db, resetNetworkKey(address), networkResetMailLimit);
  return network.isAllowed && (await countAttempt(db, resetKey(email), resetMailLimit)).isAllowed;
}
