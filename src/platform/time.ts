/** A moment as stored: RFC 3339 in UTC with milliseconds. */
export function timestamp(date: Date = new Date()): string {
  return date.toISOString();
}

/** The moment this many milliseconds from now (negative: before now), as stored. */
export function timestampIn(milliseconds = 0): string {
  return timestamp(new Date(Date.now() + milliseconds));
}

/** A calendar day ("2026-12-05") in a time zone: today, or so much later. */
export function dayIn(timeZone: string, later: { years?: number; days?: number } = { days: 0 }): string {
  return Temporal.Now.plainDateISO(timeZone).add(later).toString();
}

/**
 * The first moment of a calendar day in a time zone, or of one that many days later: days with a change of clocks have
 * 23 or 25 hours.
 */
export function startOfDay(day: string | Temporal.PlainDate, timeZone: string, later = 0): Date {
  const { epochMilliseconds } = Temporal.PlainDate.from(day).add({ days: later }).toZonedDateTime(timeZone);
  return new Date(epochMilliseconds);
}

/** When a calendar day is over in a time zone, as stored. */
export const endOfDay = (day: string, timeZone: string): string => timestamp(startOfDay(day, timeZone, 1));

/** The start of the current hour (UTC), as stored. */
export function startOfHour(): string {
  return `${timestamp().slice(0, 13)}:00:00.000Z`;
}
