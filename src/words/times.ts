import { memoize } from "./memoize.ts";
import { timeZone, type Words, words } from "./words.ts";

/** A moment as pages show it: in a word, exactly, and for machines. */
export type FormattedTime = { relative: string; exact: string; datetime: string };

const dayLength = 86_400_000;
/** 27 years: fewer would be made again and again, because a page shows days of several years. */
const daysKept = 10_000;

let zones: ReadonlySet<string> | undefined;

/** For a select: UTC and what Intl lists, which may be without UTC. */
export function timeZones(): ReadonlySet<string> {
  zones ??= new Set(["UTC", ...Intl.supportedValuesOf("timeZone")]);
  return zones;
}
export const isTimeZone = (name: string): boolean => name === "UTC" || timeZones().has(name);

/**
 * A stored moment in the request's language and time zone. By calendar day there: "14:05" today, "yesterday",
 * "tomorrow", "Tue" within the last week, else "4 Mar 2026".
 * @param now milliseconds, which only tests pass
 */
export function formatTime(stored: string, now: number = Date.now()): FormattedTime {
  const { locale, exact } = words().times;
  const { dayOf, dayText, weekday, clock, local, inDays } = formats(locale, timeZone());
  const at = local(Date.parse(stored));
  const days = dayOf(at.wall) - dayOf(local(now).wall);
  const day = dayText(dayOf(at.wall));
  const time = clock(at.wall);
  const relative = (): string => {
    if (days === 0) return time;
    if (Math.abs(days) === 1) return inDays(days);
    return days < 0 && days > -7 ? weekday(dayOf(at.wall)) : day;
  };
  return { relative: relative(), exact: exact({ day, time, zone: at.zone }), datetime: stored };
}

/** The same for a moment that may not have come. */
export const formatTimeOrNone = (stored: string | null): FormattedTime | undefined =>
  stored === null ? undefined : formatTime(stored);

/** The day of a moment that is near, in the request's language and time zone: "5 Dec". */
export function formatDay(stored: string): string {
  const { dayOf, dayWithoutYear, local } = formats(words().times.locale, timeZone());
  return dayWithoutYear(dayOf(local(Date.parse(stored)).wall));
}

/** The calendar day of a stored moment as a heading, and the time on that day: as in `formatTime`. */
export function formatDayAndTime(stored: string): { day: string; time: string } {
  const { local, dayOf, heading, clock } = formats(words().times.locale, timeZone());
  const { wall } = local(Date.parse(stored));
  return { day: heading(dayOf(wall)), time: clock(wall) };
}

/** A calendar day ("2026-03-04") in words: "4 Mar 2026". */
export function formatDate(day: string, { times: { locale } }: Pick<Words, "times"> = words()): string {
  return formats(locale, "UTC").dayText(Date.parse(day) / dayLength);
}

/** A moment on the clock of a time zone, in milliseconds as if that were UTC, and the zone's name at that moment. */
type Local = { wall: number; zone: string };

function formats(locale: string, zone: string): ReturnType<typeof formatsByKey> {
  // A list asks for the same ones in every row.
  if (latest?.locale !== locale || latest.zone !== zone)
    latest = { locale, zone, found: formatsByKey(`${locale} ${zone}`) };
  return latest.found;
}
let latest: { locale: string; zone: string; found: ReturnType<typeof formatsByKey> } | undefined;

/**
 * A formatter takes longer to create than a page, and longer to use than a row: each is created once for a language and
 * a time zone, and its last results are kept.
 */
const formatsByKey = memoize(50, (key: string) => {
  const [locale = "", timeZone = ""] = key.split(" ");
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
  const days = format({ day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const daysWithoutYear = format({ day: "numeric", month: "short", timeZone: "UTC" });
  const headings = format({ weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const weekdays = format({ weekday: "short", timeZone: "UTC" });
  const clocks = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" });
  const zones = format({ timeZoneName: "short", timeZone });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

  const offsetAt = (moment: number): number =>
    Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1_000_000;
  const shiftAt = (moment: number) => ({
    offset: offsetAt(moment),
    zone: zones.formatToParts(moment).find(({ type }) => type === "timeZoneName")?.value ?? timeZone,
  });
  /** By day in UTC; undefined for a day with a change of clocks. */
  const shiftOn = memoize(daysKept, (day: number) => {
    const start = shiftAt(day * dayLength);
    return [start.offset === offsetAt((day + 1) * dayLength) ? start : undefined];
  });
  const minutes = memoize(1_440, (minute: number) => clocks.format(minute * 60_000));

  return {
    local: (moment: number): Local => {
      const { offset, zone } = shiftOn(Math.floor(moment / dayLength))[0] ?? shiftAt(moment);
      return { wall: moment + offset, zone };
    },
    dayOf: (wall: number): number => Math.floor(wall / dayLength),
    dayText: memoize(daysKept, (day: number) => days.format(day * dayLength)),
    dayWithoutYear: memoize(daysKept, (day: number) => daysWithoutYear.format(day * dayLength)),
    heading: memoize(100, (day: number) => headings.format(day * dayLength)),
    weekday: memoize(7, (day: number) => weekdays.format(day * dayLength)),
    clock: (wall: number): string => minutes(Math.floor(wall / 60_000) % 1_440),
    inDays: memoize(2, (count: number) => relative.format(count, "day")),
  };
});
