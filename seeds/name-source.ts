/**
 * The names of one culture, separated by commas. If the script is not Latin, `=` and the Latin spelling follow each
 * name. A last name with two forms has the masculine before the slash and the feminine after it: `Kowalski/Kowalska`,
 * `Иванов/Иванова=ivanov/ivanova`. A name that is listed twice is twice as frequent.
 */
export type NameSource = {
  culture: string;
  /** Percentage of all people. */
  weight: number;
  feminine: string;
  masculine: string;
  last: string;
  /** Share of people with two last names, from 0 to 1, and the separator between the names. */
  doubled?: { share: number; joint: "-" | " " };
  /** Letters that people of this culture write differently from NFD in an address: German ü becomes ue. */
  latin?: Readonly<Record<string, string>>;
};
