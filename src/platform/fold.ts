/** Letters that no decomposition takes apart, as people type them on a keyboard without them. */
const plain: Record<string, string> = {
  ß: "ss",
  ł: "l",
  ø: "o",
  đ: "d",
  æ: "ae",
  œ: "oe",
  þ: "th",
  ı: "i",
  ς: "σ",
  "’": "'",
  "‘": "'",
  ʼ: "'",
  "`": "'",
  "´": "'",
  "“": '"',
  "”": '"',
  "«": '"',
  "»": '"',
};
const special = new RegExp(`[${Object.keys(plain).join("")}]`, "gu");

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
    .replace(special, (letter) => plain[letter] ?? letter)
    .replace(/\s+/gu, " ")
    .trim();
}
