import { memoize } from "./memoize.ts";

/** The plural forms of a word in a language: `Intl.PluralRules` selects one; "other" is for all that are not listed. */
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/**
 * What sentences need from their language. Each formatter is created at its first use, because that takes longer than a
 * page.
 */
export function grammarOf(tag: string) {
  let rules: Intl.PluralRules | undefined;
  let lists: Intl.ListFormat | undefined;
  let numbers: Intl.NumberFormat | undefined;
  const formOf = memoize(1_000, (count: number) => {
    rules ??= new Intl.PluralRules(tag);
    return rules.select(count);
  });
  /** "1,234" */
  const number = memoize(1_000, (value: number): string => {
    numbers ??= new Intl.NumberFormat(tag);
    return numbers.format(value);
  });
  return {
    /** A sentence by a count, which takes the place of `{count}`. Text that people chose must not be in it. */
    plural:
      (forms: Forms) =>
      (count: number): string =>
        (forms[formOf(count)] ?? forms.other).replaceAll("{count}", number(count)),
    /** "Admins and Managers" */
    list: (items: readonly string[]): string => {
      lists ??= new Intl.ListFormat(tag);
      return lists.format(items);
    },
    number,
  };
}
