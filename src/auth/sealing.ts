import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

// What a page hands to the browser to bring back, so that neither it nor anybody between can read or change it:
// AES-256-GCM under a key of its own, drawn from the secrets that sign cookies (the first seals, all of them open).

const algorithm = "aes-256-gcm";
const [nonceLength, tagLength] = [12, 16];

const keyOf = (secret: string): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", secret, "", "roster sealed fields", 32));

/** @param place what it is sealed for: opened for anything else, it stays shut */
export function seal(secrets: string[], { text, place }: { text: string; place: string }): string {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, keyOf(secrets[0] ?? ""), nonce).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** The text, or undefined where it was not sealed by us for this place. */
export function unseal(secrets: string[], { sealed, place }: { sealed: string; place: string }): string | undefined {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.length < nonceLength + tagLength) return undefined;
  for (const secret of secrets) {
    const decipher = createDecipheriv(algorithm, keyOf(secret), bytes.subarray(0, nonceLength), {
      authTagLength: tagLength,
    });
    decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
    try {
      return decipher.update(bytes.subarray(nonceLength + tagLength), undefined, "utf8") + decipher.final("utf8");
    } catch {
      // Another secret, or not ours.
    }
  }
  return undefined;
}
