import { maxPasswordBytes, normalizePassword } from "./password-hashing.ts";
import { strengthOf } from "./strength.ts";

/** Whose password it is to be: words an attacker tries first. */
export type KnownPerson = { firstName: string; lastName: string; email: string; organization: string };

/** bcrypt ends at NUL; no page ever sends a line break or a byte order mark, which files and programs put in unseen. */
const unusable = /[\0\r\n\ufeff]/;
/** Of 0 to 4: "safely unguessable: moderate protection from an offline attack". */
const leastScore = 3;

/**
 * Why the password is not taken, in plain words; undefined where it is. Length and a guess at its strength, no rules of
 * composition (NIST SP 800-63B-4, 3.1.1.2). Characters are counted as code points of NFC.
 */
export async function whyNotPassword(
  typed: string,
  person: KnownPerson,
  minLength: number,
): Promise<string | undefined> {
  if (typed === "") return "Enter a password";
  if (unusable.test(typed) || !typed.isWellFormed())
    return "The password has characters that cannot be kept; use others";
  const password = normalizePassword(typed);
  if (password !== undefined && [...password].length < minLength)
    return `The password is too short; use at least ${minLength} characters`;
  if (password === undefined)
    return `The password is too long; use at most ${maxPasswordBytes} characters, fewer where they are accented or not Latin`;
  const { score, warning } = await strengthOf(password, knownWords(person));
  if (score >= leastScore) return undefined;
  const reason = warning ? `${warning.replace(/\.$/, "")}. ` : "";
  return `This password would be guessed too soon. ${reason}Four or more unrelated words make a strong one.`;
}

/** What the page says before anybody types. */
export function passwordHint(minLength: number): string {
  return `At least ${minLength} characters. Any characters will do; four or more unrelated words are strong and easy to remember.`;
}

export function knownWords({ firstName, lastName, email, organization }: KnownPerson): string[] {
  const [local = "", domain = ""] = email.split("@");
  const words = [
    firstName,
    lastName,
    `${firstName}${lastName}`,
    `${lastName}${firstName}`,
    email,
    local,
    domain,
    organization,
    organization.replace(/\s+/g, ""),
    "roster",
  ];
  const parts = [...words, ...`${firstName} ${lastName} ${organization}`.split(/\s+/), ...domain.split(".")];
  return [...new Set(parts.map((word) => word.toLowerCase()))].filter((word) => word.length > 1);
}
