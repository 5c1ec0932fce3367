import anyAscii from "any-ascii";

/** Typographic characters as a keyboard has them, and the one letter with two lower-case forms. */
const plain: Record<string, string> = {
  ς: "σ",
  "’": "'",
  "‘": "'",
  ʼ: "'",
  ʻ: "'",
  "`": "'",
  "´": "'",
  "“": '"',
  "”": '"',
  "«": '"',
  "»": '"',
  "\u2010": "-",
  "\u2011": "-",
  "\u2012": "-",
  "\u2013": "-",
  "\u2014": "-",
};
const special = new RegExp(`[${Object.keys(plain).join("")}]|[^a-z\\P{Script=Latin}]`, "gu");

/** Latin letters that do not decompose (ß, ø, ð, ə), as people type them. Letters of other scripts stay. */
function typed(letter: string): string {
  plain[letter] ??=
    anyAscii(letter)
      .toLowerCase()
      .replace(/[^a-z]/g, "") || letter;
  return plain[letter];
}

const unseen = /[\p{M}\p{Cf}\0]/gu;

/**
 * Folds text for comparison: no case, accents, invisible characters or typographic quotes. It goes through upper case,
 * because a few historic letters (U+1C80 and its neighbors, long s) share their capital with a modern letter. Marks go
 * first: the Greek iota below a letter would become a letter. Stored texts are folded with this: if you change it, add
 * a migration.
 */
export function fold(text: string): string {
  return text
    .toWellFormed()
    .replace(/[´`]/gu, "'")
    .normalize("NFKD")
    .replace(unseen, "")
    .toUpperCase()
    .toLowerCase()
    .normalize("NFKD")
    .replace(unseen, "")
    .replace(special, typed)
    .replace(/\s+/gu, " ")
    .trim();
}
