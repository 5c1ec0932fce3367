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

/** When a calendar day is over in a time zone, as stored: days with a change of clocks have 23 or 25 hours. */
export function endOfDay(day: string, timeZone: string): string {
  const next = Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(timeZone);
  return timestamp(new Date(next.epochMilliseconds));
}

/** The start of the current hour (UTC), as stored. */
export function startOfHour(): string {
  return `${timestamp().slice(0, 13)}:00:00.000Z`;
}
