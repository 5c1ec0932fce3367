import type { NameSource } from "./name-source.ts";
import { asianNames } from "./names-asian.ts";
import { latinNames } from "./names-latin.ts";
import { moreLatinNames } from "./names-latin-more.ts";
import { otherScriptNames } from "./names-scripts.ts";
import { pick, type Random } from "./random.ts";

/** `latin` is the name in an email address: lower-case ASCII letters and hyphens between them. */
export type Name = { text: string; latin: string };

export type FullName = { first: Name; last: Name };

type Culture = {
  weight: number;
  feminine: readonly Name[];
  masculine: readonly Name[];
  feminineLast: readonly Name[];
  masculineLast: readonly Name[];
  doubled: { share: number; joint: "-" | " " };
};

/** Letters that NFD does not decompose. */
const letters: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", ø: "o", ł: "l", đ: "d", ı: "i" };

function toLatin(text: string, special: Readonly<Record<string, string>>): string {
  return [...text.normalize("NFC").toLowerCase()]
    .map((letter) => special[letter] ?? letters[letter] ?? letter)
    .join("")
    .normalize("NFD")
    .replace(/[^a-z-]/g, "");
}

/** Parses a list of names in the notation of NameSource; `form` is 0 for masculine, 1 for feminine. */
function parseNames(list: string, form: 0 | 1, source: NameSource): Name[] {
  return list.split(",").map((entry) => {
    const [texts = "", latins] = entry.trim().split("=");
    const text = formOf(texts, form).normalize("NFC");
    const latin = latins === undefined ? toLatin(text, source.latin ?? {}) : formOf(latins, form);
    return { text, latin };
  });
}

function formOf(forms: string, form: 0 | 1): string {
  const [masculine = "", feminine = masculine] = forms.split("/");
  return form === 1 ? feminine : masculine;
}

const cultures: readonly Culture[] = [...latinNames, ...moreLatinNames, ...otherScriptNames, ...asianNames].map(
  (source) => ({
    weight: source.weight,
    feminine: parseNames(source.feminine, 1, source),
    masculine: parseNames(source.masculine, 0, source),
    feminineLast: parseNames(source.last, 1, source),
    masculineLast: parseNames(source.last, 0, source),
    doubled: source.doubled ?? { share: 0, joint: " " },
  }),
);

/** Repeats each culture as often as its weight, so that one draw picks it. */
const weightedCultures = cultures.flatMap((culture) => Array<Culture>(culture.weight).fill(culture));

const feminineFirstNames = new Set(cultures.flatMap((culture) => culture.feminine.map((name) => name.text)));

/** Women's last names by last name, to find another one of the same culture. */
const feminineLastNames = new Map(
  cultures.flatMap((culture) => culture.feminineLast.map((name) => [name.text, culture.feminineLast] as const)),
);

/** A first and a last name of the same culture, with the last name in the matching form. */
export function pickFullName(random: Random): FullName {
  const culture = pick(random, weightedCultures);
  const isFeminine = random() < 0.5;
  const lastNames = isFeminine ? culture.feminineLast : culture.masculineLast;
  const first = pick(random, isFeminine ? culture.feminine : culture.masculine);
  const last = pick(random, lastNames);
  const { share, joint } = culture.doubled;
  if (random() >= share) {
    return { first, last };
  }
  const second = pick(random, lastNames);
  // Avoid Schmidt-Schmidt, and avoid three last names.
  if (second === last || /[ -]/.test(second.text + last.text)) {
    return { first, last };
  }
  const latin = joint === "-" ? `${last.latin}-${second.latin}` : last.latin;
  return { first, last: { text: `${last.text}${joint}${second.text}`, latin } };
}

/** Whether it is a feminine first name, so that the portrait matches the name. */
export function isFeminineFirstName(firstName: string): boolean {
  return feminineFirstNames.has(firstName);
}

/** A last name that a woman may have had before a marriage; undefined for unknown and double names. */
export function pickFormerLastName(random: Random, lastName: string): Name | undefined {
  const sameCulture = feminineLastNames.get(lastName);
  if (sameCulture === undefined) {
    return undefined;
  }
  const former = pick(random, sameCulture);
  return former.text === lastName ? undefined : former;
}
