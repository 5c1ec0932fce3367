import type { Request } from "express";
import { type Actor, auditedChange, userEntry } from "../audit/audited-change.ts";
import { countRefusedLogIn } from "../audit/refused-queries.ts";
import type { Deps } from "../deps.ts";
import type { Requester } from "../passwords/hashing.ts";
import { runAfterResponse } from "../platform/run-after-response.ts";
import { Busy, TooManyAttempts } from "../roles/errors.ts";
import type { User } from "../roles/people.ts";
import { requestActor } from "../sessions/current-user.ts";
import { browserToken } from "../throttling/known-browser.ts";
import { countPasswordAttempt, resetPasswordAttempts, uncountPasswordAttempt } from "../throttling/throttle.ts";
import { findUserByEmail, renewPasswordHash } from "./queries.ts";

/**
 * Whether this is the active user's password. Counts the try first. All pages use this, so they share the same limits.
 * @param confirms the ID of the logged-in user who confirms with it
 * @throws TooManyAttempts or Busy
 */
export async function checkPassword(
  { db, hashing, logger }: Pick<Deps, "db" | "hashing" | "logger">,
  { email, password, req, confirms }: { email: string; password: string; req: Request; confirms?: number },
): Promise<(User & { passwordHash: string }) | undefined> {
  const network = { address: req.ip };
  const browser = { token: browserToken(req), ...network };
  const attempt = await countPasswordAttempt(db, { email, ...browser, confirms }).catch(async (error: unknown) => {
    if (error instanceof TooManyAttempts) {
      const organizationId = (await findUserByEmail(db, email))?.organizationId;
      await countRefusedLogIn(db, { organizationId, ...network });
    }
    throw error;
  });
  // Its own limit of tries bounds a known browser's share of the queue, and a session belongs to its owner.
  const isKnown = attempt.keys.network === undefined || req.user?.email === email;
  const who: Requester = { isKnown, signal: abortOnClose(req) };
  const { user, isIn } = await verifyCredentials({ db, hashing }, { email, password, who }).catch(
    async (error: unknown) => {
      // With a full queue nobody has checked the password, so the try does not count. (A client that has disconnected
      // used a place.)
      if (error instanceof Busy) await uncountPasswordAttempt(db, attempt);
      throw error;
    },
  );
  if (user && isIn) {
    await resetPasswordAttempts(db, attempt);
    return user;
  }
  if (user && attempt.isLast) {
    const actor = requestActor(req);
    // The time must not reveal whether the account exists.
    const isTaken = runAfterResponse(() =>
      recordLock(db, actor, user).catch((error) => logger.error({ err: error }, "a lock could not be recorded")),
    );
    if (!isTaken) logger.warn({ user: user.id }, "the queue is full: a lock was not recorded");
  }
  // For everyone, so that the time reveals nothing.
  await countRefusedLogIn(db, { organizationId: user?.organizationId, ...network });
  return undefined;
}

type Found = { user: (User & { passwordHash: string }) | undefined; isIn: boolean };

/**
 * The user with the address, and whether this is their password and they are active. Renews a hash that does not have
 * the current cost.
 */
async function verifyCredentials(
  deps: Pick<Deps, "db" | "hashing">,
  typed: { email: string; password: string; who: Requester },
): Promise<Found> {
  const { db, hashing } = deps;
  const user = await findUserByEmail(db, typed.email);
  const isRight = await hashing.verify(typed.password, user?.passwordHash, typed.who);
  if (!user || !isRight || user.status !== "active") return { user, isIn: false };
  if (hashing.isCurrent(user.passwordHash)) return { user, isIn: true };
  const passwordHash = await hashing.hash(typed.password);
  const isRenewed = await renewPasswordHash(db, user.id, { from: user.passwordHash, to: passwordHash });
  // Otherwise it was changed meanwhile, or another log-in renewed it.
  return isRenewed ? { user: { ...user, passwordHash }, isIn: true } : verifyCredentials(deps, typed);
}

/** Aborts when the browser closes the connection and nobody waits for a response. */
function abortOnClose(req: Request): AbortSignal {
  const gone = new AbortController();
  req.res?.once("close", () => gone.abort());
  if (req.res?.closed) gone.abort();
  return gone.signal;
}

async function recordLock(db: Deps["db"], actor: Actor, user: User): Promise<void> {
  await auditedChange(db, userEntry("account.locked", { actor, user }), async () => ({}));
}
