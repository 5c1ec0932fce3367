import { fold } from "../platform/fold.ts";

type Person = { firstName: string; lastName: string; email: string };

/**
 * What the search looks in, on lines of their own so that no match runs across two: the name, the address, the name as it
 * is typed without umlauts, and in scripts that write names without a space the whole name, in both orders.
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

/** What a list sorted by name is sorted by: the name as it is shown. */
export function nameKey({ firstName, lastName }: { firstName: string; lastName: string }): string {
  return fold(`${firstName} ${lastName}`);
}

/** The words that must each occur, folded, without characters that no name may have; at most ten, which no name needs. */
export function searchWords(query: string): string[] {
  return fold(query)
    .split(/[\s,\p{Cc}]+/u)
    .filter(Boolean)
    .slice(0, 10);
}
