import { randomInt } from "node:crypto";
import type { KnownPerson } from "./known-words.ts";
import { findPasswordError } from "./rule.ts";

/** Five words of a list of about 7,000 have over 63 bits: more than anyone can guess through bcrypt. */
const minWords = 5;

/**
 * Random words from zxcvbn's diceware list of 7776, joined by hyphens, that pass our own rule.
 * @throws Busy if too many passwords are being checked
 */
export async function generatePassphrase(
  person: KnownPerson,
  by: { minLength: number; requester: string },
): Promise<string> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  const list = dictionary["diceware-common"].map(String).filter((word) => /^[a-z]{3,}$/.test(word));
  const draw = (): string => list[randomInt(list.length)] ?? "";
  for (;;) {
    const words = Array.from({ length: minWords }, draw);
    while (words.join("-").length < by.minLength) words.push(draw());
    const passphrase = words.join("-");
    if (!(await findPasswordError(passphrase, person, by))) return passphrase;
  }
}
