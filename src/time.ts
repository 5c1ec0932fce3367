/** A moment as it is stored: RFC 3339 in UTC with milliseconds. */
export function stamp(date: Date = new Date()): string {
  return date.toISOString();
}

/** The moment so many milliseconds from now (negative: before now), as it is stored. */
export function stampIn(milliseconds = 0): string {
  return stamp(new Date(Date.now() + milliseconds));
}

/** The beginning of the hour that is running (UTC), as it is stored. */
export function startOfHour(): string {
  return `${stamp().slice(0, 13)}:00:00.000Z`;
}

/** A moment as pages show it: in words, exactly, and for machines. */
export type Moment = { relative: string; exact: string; datetime: string };

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const monthNames = Array.from({ length: 12 }, (_, month) =>
  new Intl.DateTimeFormat("en-GB", { month: "short", timeZone: "UTC" }).format(Date.UTC(2026, month)),
);
const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** The words for so many of a unit; there are few, and formatting them takes longer than reading a row. */
const words = new Map<string, string>();
function inWords(count: number, unit: Intl.RelativeTimeFormatUnit): string {
  const name = `${count} ${unit}`;
  const known = words.get(name) ?? relative.format(count, unit);
  words.set(name, known);
  return known;
}

/** @param now milliseconds; given by tests alone */
export function moment(stored: string, now: number = Date.now()): Moment {
  const seconds = Math.round((Date.parse(stored) - now) / 1_000);
  const far = Math.abs(seconds);
  const [unit, length] = steps.find(([, least]) => far >= least) ?? ["second", 1];
  return {
    relative: far < 60 ? "just now" : inWords(Math.trunc(seconds / length), unit),
    exact: `${day(stored)}, ${stored.slice(11, 16)} UTC`,
    datetime: stored,
  };
}

/** The day of a stored moment, in UTC, as in "4 Mar 2026". */
export function day(stored: string): string {
  return `${Number(stored.slice(8, 10))} ${monthNames[Number(stored.slice(5, 7)) - 1]} ${stored.slice(0, 4)}`;
}
