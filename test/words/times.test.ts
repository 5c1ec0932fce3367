import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { formatTime, timeZones } from "../../src/words/times.ts";
import { type Language, withLocale, wordsIn } from "../../src/words/words.ts";
import { parseCsv } from "../support/csv.ts";
import { errorsOf, labels, words } from "../support/html.ts";
import { forgetHistory } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, type Visitor } from "../support/visitor.ts";

type Asked = { at: string; now?: string; timeZone?: string; language?: Language };
const formatted = ({ at, now = at, timeZone = "UTC", language = "en" }: Asked) =>
  withLocale({ words: wordsIn(language), timeZone }, () => formatTime(new Date(at).toISOString(), Date.parse(now)));

describe("a time is shown by calendar day:", () => {
  test.each([
    ["2026-11-28T15:04:59Z", "15:04", "15:04"],
    ["2026-11-28T00:00:00Z", "00:00", "00:00"],
    ["2026-11-28T23:59:59Z", "23:59", "23:59"],
    ["2026-11-27T23:59:59Z", "yesterday", "gestern"],
    ["2026-11-27T00:00:00Z", "yesterday", "gestern"],
    ["2026-11-26T16:00:00Z", "Thu", "Do"],
    ["2026-11-22T00:00:00Z", "Sun", "So"],
    ["2026-11-21T23:59:59Z", "21 Nov 2026", "21. Nov. 2026"],
    ["2026-03-04T08:05:00Z", "4 Mar 2026", "4. März 2026"],
    ["2024-12-05T08:05:00Z", "5 Dec 2024", "5. Dez. 2024"],
    ["2026-11-29T00:00:00Z", "tomorrow", "morgen"],
    ["2026-11-30T00:00:00Z", "30 Nov 2026", "30. Nov. 2026"],
  ])("%s, seen on the 28th, is %j and in German %j", (at, english, german) => {
    const now = "2026-11-28T15:30:00Z";
    expect(formatted({ at, now }).relative).toBe(english);
    expect(formatted({ at, now, language: "de" }).relative).toBe(german);
  });

  test.each([
    // 02:00 on the 29th in Kiritimati, 04:00 on the 28th in Los Angeles
    ["Pacific/Kiritimati", "2026-11-28T10:00:00Z", "00:00"],
    ["Pacific/Kiritimati", "2026-11-28T09:59:00Z", "yesterday"],
    ["America/Los_Angeles", "2026-11-28T08:00:00Z", "00:00"],
    ["America/Los_Angeles", "2026-11-28T07:59:00Z", "yesterday"],
  ])("in %s, %s is %j", (timeZone, at, relative) => {
    expect(formatted({ at, now: "2026-11-28T12:00:00Z", timeZone }).relative).toBe(relative);
  });
});

test.each([
  ["UTC", "2026-03-04T08:05:00Z", "4 Mar 2026, 08:05 UTC", "4. März 2026, 08:05 UTC"],
  ["Pacific/Kiritimati", "2026-03-04T10:05:00Z", "5 Mar 2026, 00:05 GMT+14", "5. März 2026, 00:05 GMT+14"],
  ["America/Los_Angeles", "2026-03-04T07:05:00Z", "3 Mar 2026, 23:05 GMT-8", "3. März 2026, 23:05 GMT-8"],
  ["Europe/Berlin", "2026-03-29T00:59:59Z", "29 Mar 2026, 01:59 CET", "29. März 2026, 01:59 MEZ"],
  ["Europe/Berlin", "2026-03-29T01:00:00Z", "29 Mar 2026, 03:00 CEST", "29. März 2026, 03:00 MESZ"],
  ["Europe/Berlin", "2026-10-25T00:30:00Z", "25 Oct 2026, 02:30 CEST", "25. Okt. 2026, 02:30 MESZ"],
  ["Europe/Berlin", "2026-10-25T01:30:00Z", "25 Oct 2026, 02:30 CET", "25. Okt. 2026, 02:30 MEZ"],
])("the exact time in %s has its zone's name: %s", (timeZone, at, english, german) => {
  expect(formatted({ at, timeZone })).toMatchObject({ exact: english, datetime: new Date(at).toISOString() });
  expect(formatted({ at, timeZone, language: "de" }).exact).toBe(german);
});

test("every moment of two years is formatted as Intl formats it, in zones with all kinds of offsets", () => {
  for (const timeZone of ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana"]) {
    const intl = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone });
    const faults = Array.from(
      { length: 1_000 },
      (_, index) => new Date(Date.UTC(2025, 0, 1) + index * 17.31 * 3_600_000),
    ).filter((at) => !formatted({ at: at.toISOString(), timeZone }).exact.startsWith(`${intl.format(at)} `));
    expect(faults).toEqual([]);
  }
});

describe("the select Time zone", () => {
  let roster: Roster;
  let ada: Visitor;
  const page = "/admin/organization";
  beforeAll(async () => {
    roster = await startRoster();
    ada = await logIn(roster, "ada");
  });
  afterEach(() => setZone("UTC"));
  afterAll(() => roster.close());

  const setZone = (name: string) => roster.db("organizations").where({ name: "Acme" }).update({ time_zone: name });
  const zones = () => roster.db("organizations").orderBy("name").pluck("time_zone");
  const history = async () =>
    (await roster.db("activity").where({ action: "time-zone.updated" }).orderBy("id")).map((row) => ({
      ...{ actor: row.actor_id, subject: row.subject_id, changes: JSON.parse(row.changes) },
    }));

  test("lists UTC first and every zone that Intl knows, once", async () => {
    const { text } = await ada.get(page);
    expect(labels(text)).toContain("Time zone");
    const select = /<select id="timeZone"[\s\S]*?<\/select>/.exec(text)?.[0] ?? "";
    const options = [...select.matchAll(/<option value="([^"]*)"( selected)?>([^<]*)</g)];
    expect(options.map(([, value]) => value)).toEqual(options.map(([, , , name]) => name));
    expect(options.map(([, value]) => value)).toEqual([...timeZones()]);
    expect([...timeZones()]).toEqual(["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")]);
    expect(options.filter(([, , selected]) => selected).map(([, value]) => value)).toEqual(["UTC"]);
  });

  test("saves for its organization alone, with history, and only if it changed", async () => {
    const max = await logIn(roster, "max");
    for (const timeZone of ["Europe/Berlin", "Europe/Berlin"])
      expect((await max.submit(page, { timeZone })).status).toBe(303);
    expect((await max.get(page)).text).toContain('<option value="Europe/Berlin" selected>');
    expect(await zones()).toEqual(["Europe/Berlin", "UTC"]);
    const changes = { timeZone: { before: "UTC", after: "Europe/Berlin" } };
    expect(await history()).toEqual([{ actor: roster.people.max.id, subject: null, changes }]);
    expect(words((await ada.get("/admin/activity")).text)).toContain("changed the time zone from UTC to Europe/Berlin");
  });

  test.each(["", "Europe/Atlantis", "europe/berlin", "+02:00", "__proto__", "UTC\0", "x".repeat(101)])(
    "refuses %j and keeps the old choice",
    async (timeZone) => {
      await setZone("Asia/Tokyo");
      const before = await history();
      const { status, text } = await ada.submit(page, { timeZone });
      expect([status, errorsOf(text)]).toEqual([422, { timeZone: "Choose a time zone from the list" }]);
      expect([await zones(), await history()]).toEqual([["Asia/Tokyo", "UTC"], before]);
    },
  );

  test("comes back with 409 and both values if someone else saved meanwhile", async () => {
    const max = await logIn(roster, "max");
    const opened = formFields((await ada.get(page)).text);
    await max.submit(page, { timeZone: "Asia/Tokyo" });
    const refused = await ada.post(page, { ...opened, timeZone: "Europe/Berlin" });
    expect([refused.status, words(refused.text)]).toEqual([
      409,
      expect.stringContaining("Saved by someone else: Asia/Tokyo"),
    ]);
    expect((await ada.post(page, formFields(refused.text))).status).toBe(303);
    expect(await zones()).toEqual(["Europe/Berlin", "UTC"]);
  });

  describe("decides which day a row of Activity belongs to:", () => {
    beforeAll(async () => {
      await forgetHistory(roster);
      const acme = await roster.db("organizations").where({ name: "Acme" }).first("id");
      for (const at of [
        // 29 March 2026 has 23 hours in Berlin, 25 October 25 hours.
        ...["2026-03-28T22:59:59.999Z", "2026-03-28T23:00:00.000Z"],
        ...["2026-03-29T21:59:59.999Z", "2026-03-29T22:00:00.000Z"],
        ...["2026-10-24T21:59:59.999Z", "2026-10-24T22:00:00.000Z"],
        ...["2026-10-25T22:59:59.999Z", "2026-10-25T23:00:00.000Z"],
      ])
        await roster.db("activity").insert({
          ...{ organization_id: acme.id, action: "plan.updated", at, actor_kind: "operator", changes: "{}" },
        });
    });
    const csv = async (query: string) =>
      parseCsv((await ada.get(`/admin/activity/export.csv?action=plan.updated&${query}`)).text.slice(1))
        .filter(([first]) => /^\d+$/.test(first ?? ""))
        .map((row) => row[1]);

    test.each([
      ["Europe/Berlin", "2026-03-29", ["2026-03-29T21:59:59.999Z", "2026-03-28T23:00:00.000Z"]],
      ["Europe/Berlin", "2026-10-25", ["2026-10-25T22:59:59.999Z", "2026-10-24T22:00:00.000Z"]],
      ["Europe/Berlin", "2026-03-28", ["2026-03-28T22:59:59.999Z"]],
      ["Europe/Berlin", "2026-10-26", ["2026-10-25T23:00:00.000Z"]],
      ["UTC", "2026-03-29", ["2026-03-29T22:00:00.000Z", "2026-03-29T21:59:59.999Z"]],
      ["America/Los_Angeles", "2026-03-28", ["2026-03-28T23:00:00.000Z", "2026-03-28T22:59:59.999Z"]],
      ["Pacific/Kiritimati", "2026-03-30", ["2026-03-29T22:00:00.000Z", "2026-03-29T21:59:59.999Z"]],
    ])("in %s, %s", async (timeZone, day, found) => {
      await setZone(timeZone);
      expect(await csv(`from=${day}&to=${day}`)).toEqual(found);
      const { text } = await ada.get(`/admin/activity?action=plan.updated&from=${day}&to=${day}`);
      const shown = [...text.matchAll(/<time datetime="([^"]*)"/g)].map(([, at]) => at);
      expect(shown).toEqual(found);
      expect(labels(text)).toEqual(expect.arrayContaining([`From (${timeZone})`, `To (${timeZone})`]));
    });

    test("a moment with its own zone is the same in every zone", async () => {
      await setZone("Pacific/Kiritimati");
      expect(await csv("from=2026-03-29T22:00:00Z&to=2026-03-30T00:00:00Z")).toEqual(["2026-03-29T22:00:00.000Z"]);
    });

    test("a stored zone that Node.js no longer knows counts as UTC", async () => {
      await setZone("Europe/Atlantis");
      const { status, text } = await ada.get("/admin/activity?from=2026-03-29&to=2026-03-29");
      expect([status, labels(text)]).toEqual([200, expect.arrayContaining(["From (UTC)"])]);
    });
  });
});
