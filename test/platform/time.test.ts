import { expect, test } from "@jest/globals";
import { formatDay, formatTime, timestamp } from "../../src/platform/time.ts";

/** Times of every month, day of the month and hour. */
const many = Array.from({ length: 2_000 }, (_, index) =>
  timestamp(new Date(Date.UTC(2019, 0, 1) + index * 37 * 3_601_000)),
);

test("a day and an exact time are formatted as in British English", () => {
  const days = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
  const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
  expect(many.map(formatDay)).toEqual(many.map((stored) => days.format(new Date(stored))));
  expect(many.map((stored) => formatTime(stored).exact)).toEqual(
    many.map((stored) => `${exact.format(new Date(stored))} UTC`),
  );
  expect(formatTime("2026-03-04T08:05:00.000Z")).toMatchObject({
    exact: "4 Mar 2026, 08:05 UTC",
    datetime: "2026-03-04T08:05:00.000Z",
  });
});

test("a relative time is formatted in words", () => {
  const now = Date.parse("2026-03-04T08:05:00.000Z");
  const ago = (seconds: number): string => formatTime(timestamp(new Date(now - seconds * 1_000)), now).relative;
  expect([0, 59, 60, -60, 3_600, 86_400, 2 * 86_400, -86_400, 7 * 86_400, 40 * 86_400, 800 * 86_400].map(ago)).toEqual([
    "just now",
    "just now",
    "1 minute ago",
    "in 1 minute",
    "1 hour ago",
    "yesterday",
    "2 days ago",
    "tomorrow",
    "last week",
    "last month",
    "2 years ago",
  ]);
});

test("a relative time has the same words as Intl in English", () => {
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const units = { year: 31_557_600, month: 2_629_800, week: 604_800, day: 86_400, hour: 3_600, minute: 60 } as const;
  const most = { year: 40, month: 11, week: 4, day: 6, hour: 23, minute: 59 };
  for (const unit of ["year", "month", "week", "day", "hour", "minute"] as const) {
    for (let count = 1; count <= most[unit]; count++) {
      for (const signed of [count, -count]) {
        const at = timestamp(new Date(signed * units[unit] * 1_000));
        expect(formatTime(at, 0).relative).toBe(relative.format(signed, unit));
      }
    }
  }
});
