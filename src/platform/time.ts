/** A moment as stored: RFC 3339 in UTC with milliseconds. */
export function timestamp(date: Date = new Date()): string {
  return date.toISOString();
}

/** The moment this many milliseconds from now (negative: before now), as stored. */
export function timestampIn(milliseconds = 0): string {
  return timestamp(new Date(Date.now() + milliseconds));
}

/** The start of the current hour (UTC), as stored. */
export function startOfHour(): string {
  return `${timestamp().slice(0, 13)}:00:00.000Z`;
}

/** A moment as pages show it: in words, exactly, and for machines. */
export type FormattedTime = { relative: string; exact: string; datetime: string };

// Without Intl: loading its formatters takes longer than a page, and using them longer than a row.
const monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"];
const steps: [string, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** @param count negative for the past */
function formatRelative(count: number, unit: string): string {
  const isPast = count < 0;
  const many = Math.abs(count);
  if (many === 1 && unit === "day") return isPast ? "yesterday" : "tomorrow";
  if (many === 1 && unit !== "hour" && unit !== "minute") return `${isPast ? "last" : "next"} ${unit}`;
  const words = `${many} ${unit}${many === 1 ? "" : "s"}`;
  return isPast ? `${words} ago` : `in ${words}`;
}

/** @param now milliseconds, which only tests pass */
export function formatTime(stored: string, now: number = Date.now()): FormattedTime {
  const seconds = Math.round((Date.parse(stored) - now) / 1_000);
  const far = Math.abs(seconds);
  const step = steps.find(([, min]) => far >= min);
  return {
    relative: step ? formatRelative(Math.trunc(seconds / step[1]), step[0]) : "just now",
    exact: `${formatDay(stored)}, ${stored.slice(11, 16)} UTC`,
    datetime: stored,
  };
}

/** The day of a stored moment in UTC, such as "4 Mar 2026". */
export function formatDay(stored: string): string {
  return `${Number(stored.slice(8, 10))} ${monthNames[Number(stored.slice(5, 7)) - 1]} ${stored.slice(0, 4)}`;
}
