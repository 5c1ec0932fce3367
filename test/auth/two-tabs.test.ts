import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { words } from "../support/html.ts";
import { addUser, type Person, password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { sessionIdOf } from "../support/sessions.ts";
import { formFields, type Visitor, visit } from "../support/visitor.ts";

// One browser has the log-in page open in two tabs.

let roster: Roster;
let max: Person;
let zoe: Person;
let code: () => Promise<string>;

beforeAll(async () => {
  roster = await startRoster();
  max = roster.people.max;
  zoe = await addUser(roster.deps, { email: "zoe@example.com" });
  ({ code } = await giveSecondFactor(roster, zoe));
});
beforeEach(() => roster.db("throttles").del());
afterAll(() => roster.close());

const there = "/login?next=%2Fprofile%2Fpersonal-information";
/** Opens the log-in page in two tabs and logs in in the first. @returns the browser and the form in the second tab */
async function twoTabs({ email }: Person): Promise<{ visitor: Visitor; second: Record<string, string> }> {
  const visitor = visit(roster);
  const second = formFields((await visitor.get(there)).text);
  expect((await visitor.submit("/login", { email, password })).status).toBe(303);
  return { visitor, second };
}

describe.each([
  ["that sends no Origin,", () => ({})],
  ["that sends its Origin,", () => ({ Origin: roster.url, "Sec-Fetch-Site": "same-origin" })],
])("in the second tab of a browser %s", (_, headers) => {
  test("the log-in leads to the page that this tab wanted", async () => {
    const { visitor, second } = await twoTabs(max);
    const session = sessionIdOf(visitor);
    const typed = { email: " MAX@example.com", password };
    const answer = await visitor.post(there, { ...second, ...typed }).set(headers());
    expect([answer.status, answer.headers.location]).toEqual([303, "/profile/personal-information"]);
    expect(sessionIdOf(visitor)).toBe(session);
    expect((await visitor.get("/profile/personal-information")).text).not.toContain("already logged in");
  });

  test("the log-in keeps the logged-in user and says how to change accounts", async () => {
    const { visitor, second } = await twoTabs(max);
    const answer = await visitor.post(there, { ...second, email: "mia@example.com", password }).set(headers());
    expect(answer.status).toBe(303);
    const { text } = await visitor.get("/profile");
    expect(words(text)).toContain(
      "You are already logged in as max@example.com. To use another account, log out first.",
    );
    expect(words(text)).toContain("Max O'Brien");
  });

  test("the log-in asks for a code if the first tab is asked for one", async () => {
    const { visitor, second } = await twoTabs(zoe);
    const answer = await visitor.post(there, { ...second, email: zoe.email, password }).set(headers());
    const page = "/second-factor?next=%2Fprofile%2Fpersonal-information";
    expect([answer.status, answer.headers.location]).toEqual([303, page]);
    expect((await visitor.submit(page, { code: await code() })).headers.location).toBe("/profile/personal-information");
  });

  test("an old code form redirects if the first tab is logged in, and otherwise leads to a new form", async () => {
    const { visitor } = await twoTabs(zoe);
    const page = "/second-factor?next=%2Fprofile%2Fpersonal-information";
    const second = formFields((await visitor.get(page)).text);
    await visitor.submit("/second-factor", { code: await code() });
    const late = await visitor.post(page, { ...second, code: "123456" }).set(headers());
    expect([late.status, late.headers.location]).toEqual([303, "/profile/personal-information"]);
    await visitor.submit("/profile", {}, { action: "/logout" });
    await visitor.submit("/login", { email: zoe.email, password });
    const other = await visitor.post(page, { ...second, code: "123456" }).set(headers());
    expect([other.status, other.headers.location]).toEqual([303, page]);
    expect((await visitor.submit(page, { code: await code() })).status).toBe(303);
  });
});

test("a log-in that another site sends does not change who is logged in", async () => {
  const { visitor } = await twoTabs(max);
  const session = sessionIdOf(visitor);
  const answer = await visitor.post("/login?next=//evil.example", { email: "mia@example.com", password });
  expect([answer.status, answer.headers.location, sessionIdOf(visitor)]).toEqual([303, "/", session]);
});
