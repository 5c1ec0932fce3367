import * as aes from "../platform/aes-gcm.ts";
import { readOrCreateSecret } from "../platform/data-dir.ts";

// A secret that codes are computed from must be readable, so it is encrypted at rest: whoever gets hold of the data file
// alone (a backup, a copy) can make no codes. The key is derived from the file `factor-secret`, which is not the cookies'
// secret: rotating that one loses nobody's second factor.

type Sealing = { dataDir: string; userId: number };

const keyOf = (dataDir: string): Buffer =>
  aes.keyFor("roster second factor", readOrCreateSecret(dataDir, "factor-secret"));

/** What was sealed for one user opens for nobody else. */
const boundTo = (userId: number): string => `user ${userId}`;

export function seal(plain: Buffer, { dataDir, userId }: Sealing): string {
  return aes.seal(keyOf(dataDir), { plain, boundTo: boundTo(userId) });
}

/** Undefined where it was sealed under another secret or for somebody else, or was changed since. */
export function unseal(sealed: string, { dataDir, userId }: Sealing): Buffer | undefined {
  return aes.unseal(keyOf(dataDir), { sealed, boundTo: boundTo(userId) });
}
