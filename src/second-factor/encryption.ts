import * as aes from "../platform/aes-gcm.ts";
import { readOrCreateSecret } from "../platform/data-dir.ts";

// A secret for computing codes must be readable, so it is encrypted at rest: someone who gets only the data file (a
// backup, a copy) cannot generate codes. The key comes from the file `factor-secret`, not from the cookies' secret:
// rotating that one breaks no second factor.

type SecretOwner = { dataDir: string; userId: number };

const keyOf = (dataDir: string): Buffer =>
  aes.deriveKey("roster second factor", readOrCreateSecret(dataDir, "factor-secret"));

/** A secret sealed for one user does not open for another. */
const additionalDataOf = (userId: number): string => `user ${userId}`;

export function encrypt(plaintext: Buffer, { dataDir, userId }: SecretOwner): string {
  return aes.encrypt(keyOf(dataDir), { plaintext, additionalData: additionalDataOf(userId) });
}

/** Undefined if it was sealed under another secret or for another user, or was changed. */
export function decrypt(encrypted: string, { dataDir, userId }: SecretOwner): Buffer | undefined {
  return aes.decrypt(keyOf(dataDir), { encrypted, additionalData: additionalDataOf(userId) });
}
