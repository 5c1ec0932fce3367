/** A moment as it is stored: RFC 3339 in UTC with milliseconds. */
export function stamp(date: Date = new Date()): string {
  return date.toISOString();
}

/** The moment so many milliseconds from now (negative: before now), as it is stored. */
export function stampIn(milliseconds: number): string {
  return stamp(new Date(Date.now() + milliseconds));
}

/** The beginning of the hour that is running (UTC), as it is stored. */
export function startOfHour(): string {
  return `${stamp().slice(0, 13)}:00:00.000Z`;
}

/** A moment as pages show it: in words, exactly, and for machines. */
export type Moment = { relative: string; exact: string; datetime: string };

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
const days = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** @param now milliseconds; given by tests alone */
export function moment(stored: string, now: number = Date.now()): Moment {
  const date = new Date(stored);
  const seconds = Math.round((date.getTime() - now) / 1_000);
  const [unit, length] = steps.find(([, least]) => Math.abs(seconds) >= least) ?? ["second", 1];
  const words = Math.abs(seconds) < 60 ? "just now" : relative.format(Math.trunc(seconds / length), unit);
  return { relative: words, exact: `${exact.format(date)} UTC`, datetime: stored };
}

/** The day of a stored moment, in UTC, as in "4 Mar 2026". */
export const day = (stored: string): string => days.format(new Date(stored));
