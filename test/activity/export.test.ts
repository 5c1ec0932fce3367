import { request } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { OrganizationId } from "../../src/roles/people.ts";
import { csvLine } from "../../src/web/csv.ts";
import { clientOf } from "../support/api-client.ts";
import { download, parseCsv } from "../support/csv.ts";
import { eventually } from "../support/eventually.ts";
import { linkTo } from "../support/html.ts";
import { forgetHistory } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { cookieOf } from "../support/sessions.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let acme: OrganizationId;
const page = "/admin/activity";

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  acme = (await roster.db("organizations").where({ name: "Acme" }).first("id")).id;
});
beforeEach(() => forgetHistory(roster));
afterAll(() => roster.close());

const fill = (count: number, changes: object = {}, more: object = {}) =>
  roster.db.raw(
    `with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ?)
     insert into activity (at, organization_id, actor_kind, actor_id, action, changes, address, browser)
     select ?, ?, 'user', ?, 'role.updated', ?, ?, ? from numbers`,
    [
      ...[count, "2026-03-04T08:05:00.000Z", acme, roster.people.ada.id, JSON.stringify(changes), "192.0.2.7"],
      "browser" in more ? String(more.browser) : "curl/8",
    ],
  );
const get = (path: string) => download(ada, path);

test("the CSV export is named after the day, contains every row and parses back to the same values", async () => {
  const changes = { role: { before: "member", after: "admin" }, lastName: { before: 'a "b", c', after: "d\r\ne" } };
  await fill(1, changes);
  const { status, headers, body } = await get(`${page}/export.csv`);
  expect([status, headers["content-type"]]).toEqual([200, "text/csv; charset=utf-8; header=present"]);
  const today = new Date().toISOString().slice(0, 10);
  expect(headers["content-disposition"]).toBe(`attachment; filename=activity-${today}.csv`);
  expect(body.startsWith("\u{feff}Id,Time,")).toBe(true);
  const [{ id }] = await roster.db("activity").where({ action: "role.updated" });
  const [head, ...records] = parseCsv(body.slice(1));
  expect(records.map((cells) => Object.fromEntries(cells.map((cell, i) => [head?.[i], cell])))).toEqual([
    {
      Id: String(id),
      Time: "2026-03-04T08:05:00.000Z",
      Action: "role.updated",
      What: "Role changed",
      By: "Ada Lovelace",
      "By (id)": String(roster.people.ada.id),
      Key: "",
      User: "",
      "User (id)": "",
      "Group action (id)": "",
      Changes: 'Role: Member → Admin; Last name: a "b", c → d\r\ne',
      Address: "192.0.2.7",
      Browser: "curl/8",
    },
  ]);
});

test("the CSV export makes formulas in any cell that people or strangers fill plain text", async () => {
  await fill(1, {}, { browser: '=HYPERLINK("http://evil.example","x")' });
  await ada.submit(`/admin/managers/${roster.people.mia.id}/personal-information`, { firstName: "@SUM(1)" });
  const { body } = await get(`${page}/export.csv`);
  const cells = parseCsv(body.slice(1)).flat();
  expect(cells).toContain(`'=HYPERLINK("http://evil.example","x")`);
  expect(cells).toContain("'@SUM(1) Zoë-Núñez");
  expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
});

test.each([
  [["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1"], `'=1,'+1,'-1,'@x,'\tx,"'\rx","'\nx",'＝1\r\n`],
  [
    ["a;=1", "a, -1", 'a;"@x"', "a\n+1", "a\t=1", "a|＝1", "a;b = c"],
    `a;'=1,"a, '-1","a;""'@x""","a\n'+1",a\t'=1,a|'＝1,a;b = c\r\n`,
  ],
  [["a", 'b"c', "d,e", "f\r\ng", "", null, undefined, -5], `a,"b""c","d,e","f\r\ng",,,,-5\r\n`],
])("a CSV line escapes the cells %j", (cells, line) => {
  expect(csvLine(cells)).toBe(line);
});

const odd = fc.string({
  unit: fc.constantFrom("=", "-", "＠", '"', ",", ";", "|", "\t", "\r", "\n", " ", "'", "a"),
  maxLength: 12,
});

test("any CSV cell parses back to its text, apart from the added apostrophes", () => {
  const without = (text: string): string => text.replaceAll("'", "");
  fc.assert(
    fc.property(fc.array(odd, { minLength: 1 }), (cells) => {
      const [back] = parseCsv(csvLine(cells));
      expect(back?.map(without)).toEqual(cells.map(without));
    }),
  );
});

test.each([",", ";", "\t", "|"])("no CSV cell is a formula, even in a spreadsheet that splits at %j", (separator) => {
  fc.assert(
    fc.property(fc.array(odd, { minLength: 1 }), (cells) => {
      const line = csvLine(cells);
      // Split by RFC 4180, and also by a reader that ignores quotes.
      const crude = line.split(/\r\n|\r|\n/).flatMap((row) => row.split(separator));
      const read = separator === "," ? [...(parseCsv(line)[0] ?? []), ...crude] : crude;
      for (const cell of read) expect(cell.replace(/^"+/, "")).not.toMatch(/^[=+\-@＝＋－＠]/);
    }),
  );
});

test("the JSON Lines export has one row per line, as the API returns it", async () => {
  await fill(3);
  const { headers, body } = await get(`${page}/export.jsonl`);
  expect(headers["content-type"]).toBe("application/x-ndjson; charset=utf-8");
  expect(headers["content-disposition"]).toMatch(/^attachment; filename=activity-\d{4}-\d\d-\d\d\.jsonl$/);
  const lines = body
    .trimEnd()
    .split("\n")
    .map((line: string) => JSON.parse(line));
  const api = await (await clientOf(roster, roster.people.ada)).GET("/activity", {
    params: { query: { action: "role.updated" } },
  });
  expect(lines).toEqual(api.data?.data);
});

test("an export of more rows than one read contains each row once, newest first", async () => {
  await fill(1_250);
  const { body } = await get(`${page}/export.jsonl`);
  const ids = body
    .trimEnd()
    .split("\n")
    .map((line: string) => JSON.parse(line).id);
  expect(ids).toEqual(await roster.db("activity").orderBy("id", "desc").pluck("id"));
});

test("an export contains exactly what the page's filters show, and nothing of another organization", async () => {
  await fill(2);
  const eve = await logIn(roster, "eve");
  await eve.submit(`/admin/managers/${roster.people.eve.id}/personal-information`, { lastName: "Elsewhere" });
  await ada.submit(`/admin/managers/${roster.people.max.id}/personal-information`, { firstName: "Maxim" });
  const link = linkTo((await ada.get(`${page}?user=${roster.people.max.id}`)).text, "Export as JSON lines") ?? "";
  const mine = (await get(link)).body.trimEnd().split("\n");
  expect([mine.length, JSON.parse(mine[1]).subject.name]).toEqual([2, "Maxim O'Brien"]);
  for (const ending of ["csv", "jsonl"]) expect((await get(`${page}/export.${ending}`)).body).not.toContain("Else");
  const empty = (await get(`${page}/export.csv?actor=eve`)).body;
  expect(parseCsv(empty.slice(1)).map(([first]) => first)).toEqual([
    "# organization",
    "# exported_at",
    "# actor",
    "Id",
  ]);
});

test("a filtered export says first what was filtered, in lines that begin with # or in one object", async () => {
  await fill(1);
  const { mia } = roster.people;
  await roster.db("users").where({ id: mia.id }).update({ first_name: "Mia" });
  const query = `user=${mia.id}&action=role.updated&from=2026-03-01&to=2026-03-04T09:00Z&key=a%0A%22b`;
  const { body, headers } = await get(`${page}/export.csv?${query}`);
  expect(headers["content-type"]).toBe("text/csv; charset=utf-8");
  const lines = parseCsv(body.slice(1));
  expect(lines.map(({ length }) => length)).toEqual(Array.from({ length: 8 }, () => 13));
  expect(lines.map(([name, value]) => [name, value])).toEqual([
    ["# organization", "Acme"],
    ["# exported_at", expect.stringMatching(/^\d{4}-.*Z$/)],
    ["# user", `Mia Zoë-Núñez <mia@example.com>, ID ${mia.id}`],
    ["# key", 'a "b'],
    ["# action", "role.updated"],
    ["# from", "2026-03-01 (2026-03-01T00:00:00.000Z)"],
    ["# to", "2026-03-04T09:00Z (2026-03-04T09:00:00.000Z)"],
    ["Id", "Time"],
  ]);
  const commented = body.split("\r\n").slice(0, -2);
  expect(commented.every((line: string) => /^\u{feff}?# /u.test(line))).toBe(true);
  const [first, row] = (await get(`${page}/export.jsonl?actor=ada`)).body
    .trimEnd()
    .split("\n")
    .map((line: string) => JSON.parse(line));
  expect(first).toEqual({
    filters: { actor: "ada" },
    organization: { id: acme, name: "Acme" },
    exportedAt: expect.stringMatching(/Z$/),
  });
  expect(row.action).toBe("role.updated");
});

test("an export that fails before its first row answers with an error page and sends no part of a file", async () => {
  await roster.db.raw("alter table activity rename to activity_away");
  const { status, headers } = await get(`${page}/export.csv`);
  await roster.db.raw("alter table activity_away rename to activity");
  expect([status, headers["content-disposition"]]).toEqual([500, undefined]);
});

test("a client that disconnects during an export does not affect others", async () => {
  await fill(20_000);
  const before = roster.log().length;
  await new Promise<void>((resolve) => {
    const asked = request(`${roster.url}${page}/export.jsonl`, { headers: { Cookie: cookieOf(ada) } }, (res) => {
      res.once("data", () => {
        res.destroy();
        resolve();
      });
    });
    asked.on("error", () => resolve());
    asked.end();
  });
  await eventually(() => roster.log().slice(before).includes("export.jsonl"));
  expect(roster.log().slice(before)).not.toContain('"level":50');
  expect((await ada.get(page)).status).toBe(200);
});
