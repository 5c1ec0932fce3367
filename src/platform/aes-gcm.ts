import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

// AES-256-GCM: without the key nobody can read or change sealed text.

const algorithm = "aes-256-gcm";
const [nonceLength, authTagLength] = [12, 16];

/** Derives a key for one purpose from a secret (HKDF-SHA-256, RFC 5869). */
export const deriveKey = (purpose: string, secret: string): Buffer =>
  Buffer.from(hkdfSync("sha256", secret, "", purpose, 32));

/** @param additionalData what the text is for: it cannot be opened for anything else */
export function encrypt(
  key: Buffer,
  { plaintext, additionalData }: { plaintext: Buffer; additionalData: string },
): string {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength }).setAAD(Buffer.from(additionalData));
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

/** Undefined if it was sealed under another key or for something else, or was changed. */
export function decrypt(
  key: Buffer,
  { encrypted, additionalData }: { encrypted: string; additionalData: string },
): Buffer | undefined {
  const bytes = Buffer.from(encrypted, "base64url");
  if (bytes.length < nonceLength + authTagLength) return undefined;
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceLength), { authTagLength })
    .setAAD(Buffer.from(additionalData))
    .setAuthTag(bytes.subarray(-authTagLength));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceLength, -authTagLength)), decipher.final()]);
  } catch {
    return undefined;
  }
}
