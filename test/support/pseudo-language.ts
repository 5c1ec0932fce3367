import type { Page } from "playwright-core";
import { en } from "../../src/words/en.ts";
import { catalogues, type Words } from "../../src/words/words.ts";

// A language for tests, made of the English words: each entry is in ⟦…⟧, its letters are accented, its vowels
// doubled, and it runs from right to left (between U+202E and U+202C). Values in it stay as they are, outside of those.

const [from, to] = ["abcdefghijklmnopqrstuvwxyz", "àƀçđéƒĝĥìĵķļḿñõþɋŕšţüṽŵẋýž"];
const [fromLarge, toLarge] = [from.toUpperCase(), "ÀƁÇĐÉƑĜĤÌĴĶĻḾÑÕÞɊŔŠŢÜṼŴẊÝŽ"];

const accented = (text: string): string => {
  const letters = text.replace(/[a-z]/gi, (letter) => (to + toLarge)[(from + fromLarge).indexOf(letter)] ?? letter);
  return /\p{L}/u.test(letters) ? `\u202e${letters.replace(/[àéìõü]/g, "$&$&")}\u202c` : letters;
};

/** A value's place in a sentence, while the sentence is changed. */
const held = /(\ue000\d+\ue001)/;

function pseudoText(text: string): string {
  const parts = text.split(/(`[^`]*`|\{\w+(?:\|[^{}]*)?\}|\ue000\d+\ue001)/).map((part) => {
    const [, name, marked] = /^\{(\w+)\|(.*)\}$/.exec(part) ?? [];
    if (marked !== undefined) return `{${name}|${accented(marked)}}`;
    return /^[`{\ue000]/.test(part) ? part : accented(part);
  });
  return /[\p{L}{\ue000]/u.test(text) ? `⟦${parts.join("")}⟧` : text;
}

function pseudo(entry: unknown): unknown {
  if (typeof entry === "string") return pseudoText(entry);
  if (Array.isArray(entry)) return entry.map(pseudo);
  if (typeof entry === "function") return pseudoFunction(entry as (...given: unknown[]) => string);
  return mapValues(entry as object, pseudo);
}

const pseudoFunction =
  (write: (...given: unknown[]) => string) =>
  (...given: unknown[]): string => {
    const values: string[] = [];
    const hold = (value: unknown): unknown => {
      if (typeof value === "string") return `\ue000${values.push(value) - 1}\ue001`;
      if (Array.isArray(value)) return value.map(hold);
      return typeof value === "object" && value !== null ? mapValues(value, hold) : value;
    };
    const parts = pseudoText(write(...given.map(hold))).split(held);
    return parts.map((part) => (held.test(part) ? values[Number(part.slice(1, -1))] : part)).join("");
  };

const mapValues = (object: object, change: (value: unknown) => unknown): object =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

const made = pseudo(en) as Words;
export const pseudoWords: Words = {
  ...made,
  tag: "he-x-pseudo",
  dir: "rtl",
  times: { ...made.times, locale: "he" },
};

/** Adds it to the languages of this process. */
export function addPseudoLanguage(): void {
  const added: Record<string, Words> = catalogues;
  added[pseudoWords.tag] = pseudoWords;
}

/** Every entry without values: its place and its text, as a reader sees it. */
export function textsOf(words: unknown, place = ""): [string, string][] {
  if (typeof words === "string") return [[place, words.replace(/\{\w+\|([^{}]*)\}/g, "$1")]];
  if (typeof words !== "object" || words === null) return [];
  return Object.entries(words).flatMap(([name, entry]) => textsOf(entry, `${place}.${name}`));
}

/** From now on, this page finds what English words name in a page of another language. */
export function findInLanguage(page: Page, words: Words): void {
  const said = new Map(textsOf(words));
  const meanings = new Map<string, Set<string>>();
  for (const [place, text] of textsOf(en))
    meanings.set(text, (meanings.get(text) ?? new Set([text])).add(said.get(place) ?? text));
  const patternOf = (text: string | RegExp, exact = false): string | RegExp => {
    const meant = typeof text === "string" && meanings.get(text);
    if (!meant) return text;
    const any = [...meant].map(RegExp.escape).join("|");
    return new RegExp(exact ? `^\\s*(?:${any})\\s*$` : any, exact ? "" : "i");
  };
  for (const prototype of [Object.getPrototypeOf(page), Object.getPrototypeOf(page.locator("main"))]) {
    if (Object.hasOwn(prototype, isChanged)) continue;
    prototype[isChanged] = true;
    const { getByLabel, getByText, getByRole, locator } = prototype;
    Object.assign(prototype, {
      getByLabel(text: string, options: { exact?: boolean }) {
        return getByLabel.call(this, patternOf(text, options?.exact), options);
      },
      getByText(text: string, options: { exact?: boolean }) {
        return getByText.call(this, patternOf(text, options?.exact), options);
      },
      getByRole(role: string, options: { name?: string; exact?: boolean } = {}) {
        const { name, ...others } = options;
        return getByRole.call(
          this,
          role,
          name === undefined ? others : { ...others, name: patternOf(name, options.exact) },
        );
      },
      locator(selector: string, options: { hasText?: string } = {}) {
        const { hasText, ...others } = options;
        return locator.call(
          this,
          selector,
          hasText === undefined ? others : { ...others, hasText: patternOf(hasText) },
        );
      },
    });
  }
}

const isChanged = Symbol("finds in another language");
