import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parseTime } from "../../src/activity/filter.ts";
import { insertKey } from "../../src/api-keys/queries.ts";
import type { OrganizationId } from "../../src/roles/people.ts";
import { linkTo, words } from "../support/html.ts";
import { addUser, type Person } from "../support/people.ts";
import { forgetHistory } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let zoe: Person;
let zed: Person;
let acme: OrganizationId;
let nightly: number;
const page = "/admin/activity";

/** Rows by the name that they changed: actor, user, action, time. */
const rows = () => {
  const { ada, max, mia, eve } = roster.people;
  return [
    ["a", ada.id, zoe.id, "role.updated", "2026-03-01T00:00:00.000Z"],
    ["b", max.id, zoe.id, "status.updated", "2026-03-01T23:59:59.999Z"],
    ["c", ada.id, mia.id, "role.updated", "2026-03-02T00:00:00.000Z"],
    ["d", null, zed.id, "password.reset", "2026-03-03T12:00:00.000Z"],
    ["e", null, null, "plan.updated", "2026-03-04T12:00:00.000Z"],
    ["else", eve.id, eve.id, "role.updated", "2026-03-01T12:00:00.000Z"],
  ] as const;
};

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  zoe = await addUser(roster.deps, { email: "zoe@example.com", firstName: "Zoë", lastName: "O'Neill" });
  zed = await addUser(roster.deps, { email: "zed.zoe@example.com", firstName: "Zed", lastName: "Zylinder" });
  acme = (await roster.db("organizations").where({ name: "Acme" }).first("id")).id;
  const globex = (await roster.db("organizations").where({ name: "Globex" }).first("id")).id;
  await forgetHistory(roster);
  nightly = await addKey(roster.people.ada.id, "Nightly", "roster_abcd");
  const theirs = await addKey(roster.people.eve.id, "Theirs", "roster_efgh");
  const keys: Record<string, number> = { a: nightly, else: theirs };
  for (const [name, actor_id, subject_id, action, at] of rows())
    await roster.db("activity").insert({
      ...{ actor_id, subject_id, action, at, actor_kind: actor_id ? "user" : "operator" },
      key_id: keys[name] ?? null,
      organization_id: name === "else" ? globex : acme,
      changes: JSON.stringify({ name: { before: null, after: `row-${name}` } }),
    });
});
afterAll(() => roster.close());

/** A key of this person; its first characters are those of its text. */
async function addKey(userId: number, name: string, key: string): Promise<number> {
  const wanted = { userId, name, key, createdBy: userId, scope: "read", lifetimeDays: null } as const;
  return roster.db.transaction((trx) => insertKey(trx, wanted));
}

const found = (text: string): string => [...text.matchAll(/row-(\w+)/g)].map(([, name]) => name).join("");

test.each<[string, string | (() => string), string]>([
  ["no filter", "", "edcba"],
  ["the name of who did it", "actor=lovelace", "ca"],
  ["a part of the email of who did it", "actor=max@", "b"],
  ["the ID of who did it", () => `actor=${roster.people.max.id}`, "b"],
  ["a wrongly spelled name of the user", "user=zoe+oneill", ""],
  ["the name of the user", "user=zoe+o'neill", "ba"],
  ["an email of the user that is part of another email", "user=Zoe@Example.com", "ba"],
  ["a name that several users have", "user=zoe", "dcba"],
  ["an action", "action=role.updated", "ca"],
  ["a first day", "from=2026-03-02", "edc"],
  ["a last day", "to=2026-03-01", "ba"],
  ["one day", "from=2026-03-02&to=2026-03-02", "c"],
  ["a moment", "from=2026-03-01T12:00:00Z&to=2026-03-03T13:00:00%2B01:00", "cb"],
  ["all filters together", "actor=ada&user=zoe@example.com&action=role.updated&from=2026-03-01&to=2026-03-01", "a"],
  ["an empty span", "from=2026-03-02T00:00:00Z&to=2026-03-02T00:00:00Z", ""],
  ["the name of someone in another organization", "actor=eve", ""],
  ["the email of someone in another organization", "user=eve@example.com", ""],
  ["the ID of someone in another organization", () => `user=${roster.people.eve.id}`, ""],
  ["an ID that no user has", "user=999999", ""],
  ["the ID of an API key", () => `key=${nightly}`, "a"],
  ["the name of an API key", "key=Nightly", "a"],
  ["the first characters of an API key", "key=roster_abcd…", "a"],
  ["an API key of another organization", "key=Theirs", ""],
  ["an API key and a day that it was not used on", "key=Nightly&from=2026-03-02", ""],
  ["two people in one field", () => `user=${zoe.id}&user=${zed.id}`, ""],
  ["wild cards", "user=%25", ""],
  ["operators of the search language", 'user="+OR+NEAR(', ""],
  ["an ID of more than 32 bits", `user=${2 ** 31}`, ""],
  ["an ID of 50 bits", "actor=999999999999999", ""],
  ["a NUL", "user=q%00q@example.com", ""],
  ["a number of 30 digits", `user=${"9".repeat(30)}`, ""],
])("filtering the activity by %s shows the matching rows", async (_what, query, names) => {
  const { status, text } = await ada.get(`${page}?${typeof query === "string" ? query : query()}`);
  expect([status, found(text)]).toEqual([200, names]);
  if (names === "") {
    expect(words(text)).toContain("Nothing in history matches these filters.");
    expect(linkTo(text, "Show everything")).toBe(page);
    expect(linkTo(text, "Export as CSV")).toBeUndefined();
  }
});

const hint = "Use a day such as 2026-03-04 or a moment such as 2026-03-04T08:05:00Z";
const reversed = "The range ends before it begins. Use a later day or moment";

test.each([
  ["from=2026-02-31", "from", hint],
  ["from=%2B275760-09-13", "from", hint],
  ["to=0000-00-00", "to", hint],
  ["from=2026-03-01&from=2026-03-02", "from", hint],
  ["to=now", "to", hint],
  ["from=2026-03-04&to=2026-03-03", "to", reversed],
  ["from=2026-03-04T12:00Z&to=2026-03-04T11:59:59Z", "to", reversed],
  ["from=2026-03-05T00:00:00Z&to=2026-03-04", "to", reversed],
  ["action=role.updated&action=status.updated", "action", "Choose an action from the list"],
  ["action=role.update", "action", "Choose an action from the list"],
])("invalid filters show and export nothing, and the page says why: %s", async (query, field, error) => {
  const { status, text } = await ada.get(`${page}?${query}&actor=lovelace`);
  expect([status, found(text)]).toEqual([422, ""]);
  expect(text).toContain("<title>Error: Activity");
  expect(linkTo(text, error)).toBe(`#${field}`);
  expect(text).toMatch(/<input id="actor"[^>]* value="lovelace"/);
  expect(linkTo(text, "Export as CSV")).toBeUndefined();
  for (const ending of ["csv", "jsonl"]) {
    const file = await ada.get(`${page}/export.${ending}?${query}`);
    expect([file.status, file.headers["content-disposition"]]).toEqual([422, undefined]);
    expect(words(file.text)).toContain(`${field}: ${error}.`);
  }
});

test("the filter form shows the current filters, and sending it again finds the same rows", async () => {
  const { text } = await ada.get(`${page}?user=${zoe.id}&action=role.updated&from=2026-03-01&to=2026-03-09`);
  expect(text).toMatch(/<input id="user"[^>]* value="zoe@example.com"/);
  expect(text).toContain('<option value="role.updated" selected>Role changed</option>');
  expect(text).toMatch(/<input id="from"[^>]* value="2026-03-01"/);
  expect(text).toMatch(/<input id="to"[^>]* value="2026-03-09"/);
  expect(linkTo(text, "Clear")).toBe(page);
  const form = /<form class="filters"[\s\S]*?<\/form>/.exec(text)?.[0] ?? "";
  const again = await ada.get(page).query(formFields(form.replace("</form>", "_csrf</form>")));
  expect(found(again.text)).toBe("a");
});

test("filters are shown as text, and the links to pages and exports keep all of them", async () => {
  const { text } = await ada.get(page).query({ actor: '"><b>x', user: "zoe@example.com" });
  expect(text).not.toContain("<b>x");
  const filtered = (await ada.get(`${page}?actor=ada&from=2026-03-01&to=2026-03-09&action=role.updated`)).text;
  const query = "actor=ada&action=role.updated&from=2026-03-01&to=2026-03-09";
  expect(linkTo(filtered, "Export as CSV")).toBe(`${page}/export.csv?${query}`);
  expect(linkTo(filtered, "Export as JSON lines")).toBe(`${page}/export.jsonl?${query}`);
});

test.each([
  ["2026-03-04", "start", "2026-03-04T00:00:00.000Z"],
  ["2026-03-04", "end", "2026-03-05T00:00:00.000Z"],
  ["2028-02-29", "end", "2028-03-01T00:00:00.000Z"],
  ["2026-03-04T08:05Z", "end", "2026-03-04T08:05:00.000Z"],
  ["2026-03-04T08:05:06.123456Z", "start", "2026-03-04T08:05:06.123Z"],
  ["2026-03-04T00:30:00+02:00", "start", "2026-03-03T22:30:00.000Z"],
  ["2026-02-29", "start", undefined],
  ["2026-13-01", "start", undefined],
  ["2026-03-04T25:00Z", "start", undefined],
  ["2026-03-04T08:05", "start", undefined],
  ["9999-12-31", "end", undefined],
  ["0000-01-01T00:00:00+01:00", "start", undefined],
  ["now", "start", undefined],
  ["", "start", undefined],
] as const)("the date or time %j, as a filter's %s, means %j", (text, edge, moment) => {
  expect(parseTime(text, edge)).toBe(moment);
});
