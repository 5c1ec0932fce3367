/**
 * The names of one culture as a person types them: separated by commas. Where a script is not Latin, `=` and the Latin
 * spelling follow each name. A last name with two forms has the masculine before the slash, the feminine after it:
 * `Kowalski/Kowalska`, `Иванов/Иванова=ivanov/ivanova`. A name that stands twice is twice as frequent.
 */
export type NameSource = {
  culture: string;
  /** Share among all people, in per cent. */
  weight: number;
  feminine: string;
  masculine: string;
  last: string;
  /** Share of people who have two last names, from 0 to 1, and what stands between the two. */
  doubled?: { share: number; joint: "-" | " " };
  /** What NFD does not take apart the way people of that culture write it in an address: German ü becomes ue. */
  latin?: Readonly<Record<string, string>>;
};
