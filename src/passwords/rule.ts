import { words } from "../words/words.ts";
import { maxPasswordBytes, normalizePassword } from "./hashing.ts";
import { type KnownPerson, knownWords, withoutKnownWords } from "./known-words.ts";
import { estimateStrength } from "./strength.ts";

/**
 * bcrypt stops at NUL; no page ever sends a line break or a byte order mark, which files and programs add invisibly.
 */
const unusable = /[\0\r\n\ufeff]/;
/** Of 0 to 4: "safely unguessable: moderate protection from an offline attack". */
const minScore = 3;
/** The same, 10^8 guesses, for the password without known words, where another weak word adds only itself. */
const minDigits = 8;

/**
 * Why the password is refused, in plain words; undefined if it is accepted. Length and estimated strength, no
 * composition rules (NIST SP 800-63B-4, 3.1.1.2). Characters are code points of NFC.
 * @param requester the user or link (strength.ts)
 * @throws Busy if the queue is full
 */
export async function findPasswordError(
  typed: string,
  person: KnownPerson,
  { minLength, requester }: { minLength: number; requester: string },
): Promise<string | undefined> {
  if (typed === "") return words().passwords.enter;
  if (unusable.test(typed) || !typed.isWellFormed())
    return "The password has characters that cannot be kept; use others";
  const password = normalizePassword(typed);
  if (password !== undefined && [...password].length < minLength)
    return `The password is too short; use at least ${minLength} characters`;
  if (password === undefined)
    return `The password is too long; use at most ${maxPasswordBytes} characters, fewer where they are accented or not Latin`;
  const known = knownWords(person);
  const whole = await estimateStrength(requester, { password, known });
  if (!whole) return tooSlow;
  if (whole.score < minScore) return weakPasswordError(whole.warning);
  const rest = withoutKnownWords(password, known)?.slice(0, maxPasswordBytes);
  if (rest === undefined) return undefined;
  const left = await estimateStrength(requester, { password: rest, known });
  if (!left) return tooSlow;
  return left.digits < minDigits ? weakPasswordError(onlyKnown) : undefined;
}

const onlyKnown =
  "Words from the name, the e-mail address and the organization do not count, nor do years, and too little is left without them.";
const tooSlow =
  "The strength of this password could not be found out in time. Use four or more unrelated words instead.";

const weakPasswordError = (reason: string): string =>
  `This password would be guessed too soon. ${reason && `${reason.replace(/\.$/, "")}. `}Four or more unrelated words make a strong one.`;

/** The hint that the page shows before people type. */
export function passwordHint(minLength: number): string {
  return words().passwords.hint(minLength);
}
