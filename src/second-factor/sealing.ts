import * as aes from "../platform/aes-gcm.ts";
import { readOrCreateSecret } from "../platform/data-dir.ts";

// A secret for computing codes must be readable, so it is encrypted at rest: someone who gets only the data file (a
// backup, a copy) cannot generate codes. The key comes from the file `factor-secret`, not from the cookies' secret:
// rotating that one breaks no second factor.

type Sealing = { dataDir: string; userId: number };

const keyOf = (dataDir: string): Buffer =>
  aes.keyFor("roster second factor", readOrCreateSecret(dataDir, "factor-secret"));

/** A secret sealed for one user does not open for another. */
const boundTo = (userId: number): string => `user ${userId}`;

export function seal(plain: Buffer, { dataDir, userId }: Sealing): string {
  return aes.seal(keyOf(dataDir), { plain, boundTo: boundTo(userId) });
}

/** Undefined if it was sealed under another secret or for another user, or was changed. */
export function unseal(sealed: string, { dataDir, userId }: Sealing): Buffer | undefined {
  return aes.unseal(keyOf(dataDir), { sealed, boundTo: boundTo(userId) });
}
