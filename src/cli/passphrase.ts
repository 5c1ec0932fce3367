import { randomInt } from "node:crypto";
import type { KnownPerson } from "../passwords/known-words.ts";
import { findPasswordError } from "../passwords/rule.ts";

/** Five words of 7776 have 64 bits: more than anyone can guess through bcrypt. */
const minWords = 5;

/** Random words from a diceware list of 7776, joined by hyphens, that pass our own rule. */
export async function generatePassphrase(person: KnownPerson, minLength: number): Promise<string> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  const list = dictionary["diceware-common"].map(String).filter((word) => /^[a-z]{3,}$/.test(word));
  const draw = (): string => list[randomInt(list.length)] ?? "";
  for (;;) {
    const words = Array.from({ length: minWords }, draw);
    while (words.join("-").length < minLength) words.push(draw());
    const passphrase = words.join("-");
    if (!(await findPasswordError(passphrase, person, { minLength, requester: "operator" }))) return passphrase;
  }
}
