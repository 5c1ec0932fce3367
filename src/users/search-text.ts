import { fold } from "../platform/fold.ts";

type Person = { firstName: string; lastName: string; email: string };

/**
 * The text that the search reads. Separate lines, so that no match spans two: the name, the address, the name typed
 * without umlauts, and in scripts without spaces the whole name, in both orders.
 */
export function searchText({ firstName, lastName, email }: Person): string {
  const [name, digraphs] = [`${firstName} ${lastName}`, withDigraphs(`${firstName} ${lastName}`)];
  const lines = [fold(name), fold(email), ...(digraphs === name ? [] : [fold(digraphs)])];
  const [first, last] = [firstName, lastName].map((part) => fold(part).replaceAll(" ", ""));
  if (withoutSpaces.test(`${first}${last}`)) lines.push(`${last}${first}${last}`);
  return lines.join("\n");
}

const digraphs: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue", å: "aa", ø: "oe" };

/** Müller as Mueller. */
const withDigraphs = (name: string): string =>
  name.normalize("NFC").replace(/[äöüåø]/giu, (letter) => digraphs[letter.toLowerCase()] ?? letter);

const withoutSpaces =
  /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]+$/u;

/** The sort key for names: the name as shown. */
export function nameKey({ firstName, lastName }: { firstName: string; lastName: string }): string {
  return fold(`${firstName} ${lastName}`);
}

/**
 * The words that must all occur, each once, folded, without characters that no name can have; at most ten, because no name needs
 * more.
 */
export function searchWords(query: string): string[] {
  const words = fold(query).split(/[\s,\p{Cc}]+/u);
  return [...new Set(words.filter(Boolean))].slice(0, 10);
}
