import { words } from "../words/words.ts";
import { maxPasswordBytes, normalizePassword } from "./hashing.ts";
import { type KnownPerson, knownWords, withoutKnownWords } from "./known-words.ts";
import { estimateStrength, type Strength } from "./strength.ts";

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
  if (unusable.test(typed) || !typed.isWellFormed()) return words().passwords.unusable;
  const password = normalizePassword(typed);
  if (password !== undefined && [...password].length < minLength) return words().passwords.tooShort(minLength);
  if (password === undefined) return words().passwords.tooLong(maxPasswordBytes);
  const known = knownWords(person);
  const whole = await estimateStrength(requester, { password, known });
  if (!whole) return words().passwords.tooSlow;
  if (whole.score < minScore) return weakness(whole.warning);
  const rest = withoutKnownWords(password, known)?.slice(0, maxPasswordBytes);
  if (rest === undefined) return undefined;
  const left = await estimateStrength(requester, { password: rest, known });
  if (!left) return words().passwords.tooSlow;
  return left.digits < minDigits ? words().passwords.weakBecause(words().passwords.onlyKnown) : undefined;
}

function weakness(warning: Strength["warning"]): string {
  const { weak, weakBecause, weaknesses } = words().passwords;
  return warning ? weakBecause(weaknesses[warning]) : weak;
}
