import anyAscii from "any-ascii";

/** Signs as a keyboard has them, and the one letter that has two small forms. */
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

/** Latin letters that no decomposition takes apart (ß, ø, ð, ə), as people type them. Letters of other scripts stay. */
function typed(letter: string): string {
  plain[letter] ??=
    anyAscii(letter)
      .toLowerCase()
      .replace(/[^a-z]/g, "") || letter;
  return plain[letter];
}

const unseen = /[\p{M}\p{Cf}\0]/gu;

/**
 * The form in which texts are compared: without case, accents, invisible characters and typographic quotes. By way of
 * capitals, since a few dead letters (U+1C80 and its neighbours, long s) share theirs with a living one. Marks go first:
 * the Greek iota below a letter would become a letter. Stored texts are folded so: a change here needs a migration.
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
