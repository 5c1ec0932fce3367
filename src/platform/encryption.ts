import * as aes from "./aes-gcm.ts";

// Seals what a page gives the browser to send back, so that neither the browser nor anyone in between can read or
// change it. The keys come from the secrets that sign cookies: the first one seals, all of them open.

const keyOf = (secret: string): Buffer => aes.deriveKey("roster sealed fields", secret);

/** @param sealed `context` is what the text is for: it cannot be opened for anything else */
export function encrypt(secrets: string[], { text, context }: { text: string; context: string }): string {
  return aes.encrypt(keyOf(secrets[0] ?? ""), { plaintext: Buffer.from(text), additionalData: context });
}

/** The text, or undefined if we did not seal it for this context. */
export function decrypt(
  secrets: string[],
  { encrypted, context }: { encrypted: string; context: string },
): string | undefined {
  for (const secret of secrets) {
    const plain = aes.decrypt(keyOf(secret), { encrypted, additionalData: context });
    if (plain) return plain.toString();
  }
  return undefined;
}
