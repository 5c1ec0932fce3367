import { AsyncLocalStorage } from "node:async_hooks";
import { de } from "./de.ts";
import { en } from "./en.ts";

/**
 * Everything that pages, emails and errors say in one language: a missing word does not compile, and neither does an
 * extra one.
 */
export type Words = typeof en;

/** By language tag (BCP 47), in the order of the select. A test can add one. */
export const catalogues = { en, de } satisfies Record<string, Words>;
export type Language = keyof typeof catalogues;

export const isLanguage = (tag: string | null): tag is Language => tag !== null && Object.hasOwn(catalogues, tag);
const languages = (): Language[] => Object.keys(catalogues).filter(isLanguage);

/** For a select: each language by its own name. */
export const languageOptions = (): { value: Language; name: string }[] =>
  languages().map((value) => ({ value, name: catalogues[value].name }));

export const wordsIn = (language: Language): Words => catalogues[language];

/**
 * The person's language, else the organization's, else the browser's favorite, else English. A chosen language without
 * a catalog counts as none.
 * @param accepts picks the browser's favorite of these
 */
export function chooseLanguage({
  person,
  organization,
  accepts,
}: {
  person: string | null;
  organization: string | null;
  accepts?: (languages: Language[]) => string | false;
}): Language {
  const chosen = [person, organization].find(isLanguage);
  if (chosen) return chosen;
  const accepted = accepts?.(languages()) || null;
  return isLanguage(accepted) ? accepted : "en";
}

/** What a request's pages are written in. */
export type Locale = { words: Words; timeZone: string };

const currentLocale = new AsyncLocalStorage<Locale>();

/** The words of the current request; English outside pages: in the API, in commands and in the log. */
export const words = (): Words => currentLocale.getStore()?.words ?? en;

/** The time zone of the current request's organization; UTC outside pages, and for someone not logged in. */
export const timeZone = (): string => currentLocale.getStore()?.timeZone ?? "UTC";

/** Does the work with these as `words()` and `timeZone()`. Callbacks of streams (body parsers) lose them. */
export const withLocale = <T>(locale: Locale, work: () => T): T =>
  currentLocale.getStore() === locale ? work() : currentLocale.run(locale, work);
