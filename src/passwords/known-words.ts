import { fold } from "../platform/fold.ts";

/** The person whose password it will be: attackers try these words first. */
export type KnownPerson = { firstName: string; lastName: string; email: string; organization: string };

const product = "roster";
/** Longer text is no name or address, and searching for it would only take time. */
const maxLength = 254;
const maxWords = 250;

/** What a guesser knows: names, address and organization, whole, joined and word by word, in lower case with and without accents. */
export function knownWords(person: KnownPerson): string[] {
  const { firstName, lastName, email, organization } = person;
  const [local = "", domain = ""] = email.split("@");
  const texts = [product, firstName, lastName, `${firstName} ${lastName}`, `${lastName} ${firstName}`]
    .concat([email, local, domain, organization])
    .filter(({ length }) => length <= 2 * maxLength)
    .map((text) => text.normalize("NFC").toLowerCase());
  const words = [
    ...texts,
    ...texts.map((text) => text.replace(/[^\p{L}\p{M}\p{N}]+/gu, "")),
    ...texts.flatMap((text) => text.split(/[^\p{L}\p{M}\p{N}]+/u)),
    // hopper99
    ...texts.flatMap((text) => text.split(/[^\p{L}\p{M}]+/u)),
  ];
  return [...new Set(words.flatMap((word) => [word, fold(word)]))]
    .filter(({ length }) => length > 1)
    .slice(0, maxWords);
}

/** Symbols and digits that people write for letters. */
const leet: Record<string, string> = {
  a: "a4@",
  b: "b8",
  e: "e3",
  g: "g69",
  i: "i1!|",
  l: "l1!|",
  o: "o0",
  s: "s5$",
  t: "t7+",
  z: "z2",
};
/** Shorter words are inside too many others to cut out: "annual", "alpine". */
const minTruncatedLength = 4;
const year = /(?<!\d)(?:19|20)\d\d(?!\d)/g;
/** A joining or closing symbol, also repeated; a row of different symbols is the person's own idea. */
const sign = "[\\p{P}$+<=>^`|~]";
const joiner = new RegExp(`(?<!${sign})(${sign})\\1*(?!${sign})`, "gu");

/**
 * The remaining password without known words (also reversed, or with digits and symbols for letters), years and joining
 * symbols. Words of two or three letters are cut out only if they fill a run of letters.
 * @param known from knownWords
 * @returns folded text; undefined if the password contains no known word
 */
export function withoutKnownWords(password: string, known: string[]): string | undefined {
  const plain = known.map(fold).filter((word) => /^[\p{L}\p{N}]{2,}$/u.test(word));
  const words = [...new Set(plain.flatMap((word) => (word.length > 2 ? [word, reversed(word)] : [word])))];
  words.sort((one, other) => other.length - one.length);
  const cuts = words
    .filter(({ length }) => length >= minTruncatedLength)
    .map((word) => new RegExp([...word].map((letter) => `[${leet[letter] ?? letter}]`).join(""), "gu"));
  const cut = (text: string): string =>
    cuts
      .reduce((left, word) => left.replace(word, " "), text)
      .replace(/\p{L}+/gu, (run) => (isMadeOf(run, words) ? " " : run));
  const folded = fold(password);
  if (cut(folded) === folded && cut(joined(folded)) === joined(folded)) return undefined;
  let rest = folded;
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = joined(cut(rest).replace(year, " "));
  }
  return rest;
}

const joined = (text: string): string => text.replace(joiner, "").replace(/\s+/g, "");
const reversed = (word: string): string => [...word].reverse().join("");

function isMadeOf(run: string, words: string[]): boolean {
  const ends = new Set([0]);
  for (const end of ends) for (const word of words) if (run.startsWith(word, end)) ends.add(end + word.length);
  return ends.has(run.length);
}
