import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { tables } from "../support/html.ts";
import { addUser } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

// Filters for an Admin who reviews who still needs an account.

let roster: Roster;
let ada: Visitor;
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  const { db, deps } = roster;
  await db("users")
    .whereNot({ id: roster.people.ada.id })
    .update({ last_login_at: daysAgo(1) });
  const lastLogins = { never: "", idle: daysAgo(91), present: daysAgo(89), gone: daysAgo(400), unused: "" };
  for (const [name, at] of Object.entries(lastLogins)) {
    const { id } = await addUser(deps, { email: `${name}@review.example`, firstName: name, role: "manager" });
    const status = name === "gone" || name === "unused" ? "inactive" : "active";
    await db("users").where({ id }).update({ last_login_at: at, status });
    if (name === "present") await giveSecondFactor(roster, { id });
  }
});
afterAll(() => roster.close());

const found = async (query: string): Promise<string[]> =>
  (tables((await ada.get(`/admin/managers?${query}`)).text)[0] ?? []).map(([, email = ""]) => email).sort();

test.each([
  ["never-logged-in", ["never@review.example"]],
  ["idle-90-days", ["idle@review.example"]],
  ["no-second-factor", ["idle@review.example", "never@review.example"]],
])("the filter %s shows active users alone, with every search and order", async (status, emails) => {
  for (const more of [
    "search=review",
    "search=re&role=manager",
    "search=review&sort=-lastLogin",
    "search=review.example&sort=status",
  ])
    expect([more, await found(`status=${status}&${more}`)]).toEqual([more, emails]);
  if (status !== "no-second-factor")
    for (const more of ["", "&role=manager", "&sort=-lastLogin"])
      expect([more, await found(`status=${status}${more}`)]).toEqual([more, emails]);
  expect(await found(`status=${status}&role=admin&search=review`)).toEqual([]);
  const { text } = await ada.get(`/admin/managers/export.csv?status=${status}&search=review`);
  const lines = text.trim().split("\r\n").slice(1);
  expect(lines.map((line: string) => line.split(",")[1]).sort()).toEqual(emails);
});

test("the page offers the filters by name, and a profile leads back to the same one", async () => {
  const { text } = await ada.get("/admin/managers?status=idle-90-days&search=review");
  expect(text).toMatch(/<option value="idle-90-days" selected>\s*Not logged in for 90 days/);
  const profile = /href="(\/admin\/managers\/\d+\?list=[^"]*)"/.exec(text)?.[1] ?? "";
  expect((await ada.get(profile)).text).toMatch(/\/admin\/managers\?search=review&amp;status=idle-90-days/);
});
