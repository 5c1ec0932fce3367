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
