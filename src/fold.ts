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

/** The form in which texts are compared: without case, accents, invisible characters and typographic quotes. */
export function fold(text: string): string {
  return text
    .toWellFormed()
    .replace(/[´`]/gu, "'")
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}\0]/gu, "")
    .replace(special, (letter) => plain[letter] ?? letter)
    .replace(/\s+/gu, " ")
    .trim();
}
