import * as aes from "./aes-gcm.ts";

// Seals what a page gives the browser to send back, so that neither the browser nor anyone in between can read or
// change it. The keys come from the secrets that sign cookies: the first one seals, all of them open.

const keyOf = (secret: string): Buffer => aes.keyFor("roster sealed fields", secret);

/** @param place what the text is for: it cannot be opened for anything else */
export function seal(secrets: string[], { text, place }: { text: string; place: string }): string {
  return aes.seal(keyOf(secrets[0] ?? ""), { plain: Buffer.from(text), boundTo: place });
}

/** The text, or undefined if we did not seal it for this place. */
export function unseal(secrets: string[], { sealed, place }: { sealed: string; place: string }): string | undefined {
  for (const secret of secrets) {
    const plain = aes.unseal(keyOf(secret), { sealed, boundTo: place });
    if (plain) return plain.toString();
  }
  return undefined;
}
