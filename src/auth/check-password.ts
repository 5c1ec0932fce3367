import type { Request } from "express";
import { type Actor, auditedChange, userEntry } from "../audit/audited-change.ts";
import { countRefusedLogIn } from "../audit/refused-queries.ts";
import type { Deps } from "../deps.ts";
import { runAfterResponse } from "../platform/run-after-response.ts";
import type { User } from "../roles/people.ts";
import { Busy, TooManyAttempts } from "../roles/refusal.ts";
import { requestActor } from "../sessions/current-user.ts";
import { knownToken } from "../throttling/known-browser.ts";
import { countPasswordAttempt, resetPasswordAttempts, uncountPasswordAttempt } from "../throttling/throttle.ts";
import { findUserByEmail, renewPasswordHash } from "./queries.ts";

/**
 * Whether the password is the active user's, counted against guessing first. The one way to ask: whichever page does,
 * the tries are the same.
 * @param confirms the id of the user who is logged in and confirms with it
 * @throws TooManyAttempts or Busy
 */
export async function checkPassword(
  { db, hashing, logger }: Pick<Deps, "db" | "hashing"> & Partial<Pick<Deps, "logger">>,
  { email, password, req, confirms }: { email: string; password: string; req: Request; confirms?: number },
): Promise<(User & { passwordHash: string }) | undefined> {
  const network = { address: req.ip };
  const browser = { token: knownToken(req), ...network };
  const attempt = await countPasswordAttempt(db, { email, ...browser, confirms }).catch(async (error: unknown) => {
    if (error instanceof TooManyAttempts) {
      const organizationId = (await findUserByEmail(db, email))?.organizationId;
      await countRefusedLogIn(db, { organizationId, ...network });
    }
    throw error;
  });
  // Its own tries bound a known browser's share of the queue, and a session is its owner's.
  const isKnown = attempt.keys.network === undefined || req.user?.email === email;
  const who = { isKnown, gone: abortOnClose(req) };
  const { user, isIn } = await verifyCredentials({ db, hashing }, { email, password, who }).catch(
    async (error: unknown) => {
      // Where too many wait, nobody has looked at the password. (Who has gone away meanwhile has taken a place there.)
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
    // Its time must tell nobody whether the address is known.
    const isTaken = runAfterResponse(() =>
      recordLock(db, actor, user).catch((error) => logger?.error({ err: error }, "a lock could not be recorded")),
    );
    if (!isTaken) logger?.warn({ user: user.id }, "too much waits: a lock was not recorded");
  }
  // For everybody alike, so that its time tells nothing.
  await countRefusedLogIn(db, { organizationId: user?.organizationId, ...network });
  return undefined;
}

type Found = { user: (User & { passwordHash: string }) | undefined; isIn: boolean };

/** Whose address it is, and whether it is an active user's with this password. A hash of another cost than the set one is renewed then. */
async function verifyCredentials(
  deps: Pick<Deps, "db" | "hashing">,
  typed: { email: string; password: string; who: { isKnown: boolean; gone: AbortSignal } },
): Promise<Found> {
  const { db, hashing } = deps;
  const user = await findUserByEmail(db, typed.email);
  const isRight = await hashing.verify(typed.password, user?.passwordHash, typed.who);
  if (!user || !isRight || user.status !== "active") return { user, isIn: false };
  if (hashing.isCurrent(user.passwordHash)) return { user, isIn: true };
  const passwordHash = await hashing.hash(typed.password);
  const isRenewed = await renewPasswordHash(db, user.id, { from: user.passwordHash, to: passwordHash });
  // Else it was changed meanwhile, or renewed by another log-in.
  return isRenewed ? { user: { ...user, passwordHash }, isIn: true } : verifyCredentials(deps, typed);
}

/** Tells that the browser has closed the connection, and nobody waits for an answer any more. */
function abortOnClose(req: Request): AbortSignal {
  const gone = new AbortController();
  req.res?.once("close", () => gone.abort());
  if (req.res?.closed) gone.abort();
  return gone.signal;
}

async function recordLock(db: Deps["db"], actor: Actor, user: User): Promise<void> {
  await auditedChange(db, userEntry("account.locked", { actor, user }), async () => ({}));
}
