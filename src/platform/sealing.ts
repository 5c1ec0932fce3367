import * as aes from "./aes-gcm.ts";

// What a page hands to the browser to bring back, so that neither it nor anybody between can read or change it: under a
// key of its own, drawn from the secrets that sign cookies (the first seals, all of them open).

const keyOf = (secret: string): Buffer => aes.keyFor("roster sealed fields", secret);

/** @param place what it is sealed for: opened for anything else, it stays shut */
export function seal(secrets: string[], { text, place }: { text: string; place: string }): string {
  return aes.seal(keyOf(secrets[0] ?? ""), { plain: Buffer.from(text), boundTo: place });
}

/** The text, or undefined where it was not sealed by us for this place. */
export function unseal(secrets: string[], { sealed, place }: { sealed: string; place: string }): string | undefined {
  for (const secret of secrets) {
    const plain = aes.unseal(keyOf(secret), { sealed, boundTo: place });
    if (plain) return plain.toString();
  }
  return undefined;
}
