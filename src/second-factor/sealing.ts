import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { keptSecret } from "../data-dir.ts";

// A secret that codes are computed from must be readable, so it is encrypted at rest: whoever gets hold of the data file
// alone (a backup, a copy) can make no codes. AES-256-GCM under a key derived from the file `factor-secret`, which is not
// the cookies' secret: rotating that one loses nobody's second factor.

type Sealing = { dataDir: string; userId: number };

const algorithm = "aes-256-gcm";
const [ivLength, tagLength] = [12, 16];

function keyOf(dataDir: string): Buffer {
  return Buffer.from(hkdfSync("sha256", keptSecret(dataDir, "factor-secret"), "", "roster second factor", 32));
}

/** What was sealed for one user opens for nobody else. */
const boundTo = (userId: number): Buffer => Buffer.from(`user ${userId}`);

export function seal(plain: Buffer, { dataDir, userId }: Sealing): string {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv(algorithm, keyOf(dataDir), iv).setAAD(boundTo(userId));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

/** Undefined where it was sealed under another secret or for somebody else, or was changed since. */
export function unseal(sealed: string, { dataDir, userId }: Sealing): Buffer | undefined {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.length <= ivLength + tagLength) return undefined;
  const decipher = createDecipheriv(algorithm, keyOf(dataDir), bytes.subarray(0, ivLength))
    .setAAD(boundTo(userId))
    .setAuthTag(bytes.subarray(-tagLength));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(ivLength, -tagLength)), decipher.final()]);
  } catch {
    return undefined;
  }
}
