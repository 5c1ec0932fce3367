import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Role } from "../../src/roles/roles.ts";
import { isRequired, type SecondFactorRule, secondFactorRules } from "../../src/roles/second-factor-rule.ts";
import { headings, linkTo, words } from "../support/html.ts";
import { askMe, generateKey, withKey } from "../support/keys.ts";
import { addUser, type Person } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { codeFor, giveSecondFactor, shownSecret } from "../support/second-factor.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

// What an organization requires, and what users without a second factor get.

let roster: Roster;
const page = "/profile/second-factor";

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(async () => {
  await roster.db("throttles").del();
  await demand("optional");
});
afterAll(() => roster.close());

const demand = (rule: SecondFactorRule) =>
  roster.db("organizations").where({ name: "Acme" }).update({ second_factor_rule: rule });
const newUser = (role: Role, mustChangePassword = false): Promise<Person> =>
  addUser(roster.deps, {
    email: `p${performance.now()}@example.com`.replace(/\.(?=\d)/, "-"),
    role,
    mustChangePassword,
  });

test.each([
  ["admin", [false, true, true]],
  ["manager", [false, false, true]],
  ["member", [false, false, true]],
] as [Role, boolean[]][])("the second-factor requirements apply correctly to the role %s", (role, expected) => {
  expect(secondFactorRules.map((rule) => isRequired(rule, role))).toEqual(expected);
});

/** Sets up a second factor as the page says; the answer shows the recovery codes. */
async function setUpFactor(visitor: Visitor, address = page) {
  const secret = shownSecret((await visitor.get(address)).text);
  return visitor.submit(address, { code: codeFor(secret) });
}

test("a user who must have a second factor gets only the page to set it up, then continues to the requested page", async () => {
  await demand("everyone");
  const zoe = await logIn(roster, await newUser("manager"));
  for (const path of ["/profile?a=b", "/", `${page}/turn-off`, "/admin/managers"])
    expect((await zoe.get(path)).headers.location).toBe(`${page}?next=${encodeURIComponent(path)}`);
  const sent = await zoe.post("/profile/personal-information", { _csrf: await zoe.token(page), firstName: "X" });
  expect(sent.headers.location).toBe(`${page}?next=%2Fprofile%2Fpersonal-information`);
  const { text } = await zoe.get(page);
  expect([headings(text, 1), linkTo(text, "Cancel")]).toEqual([["Set up your second factor"], undefined]);
  expect(words(text)).toContain("Your organization requires a second factor");
  const codes = await setUpFactor(zoe, `${page}?next=%2Fprofile%3Fa%3Db`);
  expect(linkTo(codes.text, "Done")).toBe("/profile?a=b");
  expect((await zoe.get("/profile?a=b")).status).toBe(200);
});

test("a user who has the required second factor can use all pages, and one without can log out", async () => {
  await demand("everyone");
  const has = await newUser("member");
  const phone = await giveSecondFactor(roster, has);
  const visitor = await logIn(roster, has);
  await visitor.submit("/second-factor", { code: await phone.code() });
  expect((await visitor.get("/profile")).status).toBe(200);
  const lacks = await logIn(roster, await newUser("member"));
  expect((await lacks.submit(page, {}, { action: "/logout" })).headers.location).toBe("/login");
});

test("a requirement for Admins applies only to them, hides the menu, and applies to a new Admin immediately", async () => {
  await demand("admins");
  const manager = await newUser("manager");
  const visitor = await logIn(roster, manager);
  expect((await visitor.get("/profile")).status).toBe(200);
  await roster.db("users").where({ id: manager.id }).update({ role: "admin" });
  expect((await visitor.get("/admin/managers")).headers.location).toBe(`${page}?next=%2Fadmin%2Fmanagers`);
  expect((await visitor.get(page)).text).not.toContain('href="/admin/');
  expect((await setUpFactor(visitor)).text).toContain('href="/admin/managers"');
  expect((await visitor.get("/admin/managers")).status).toBe(200);
});

test("choosing a new password comes before setting up a second factor", async () => {
  await demand("everyone");
  const visitor = await logIn(roster, await newUser("member", true));
  expect((await visitor.get(page)).headers.location).toBe(`/new-password?next=${encodeURIComponent(page)}`);
  const chosen = { password: "copper lantern drizzle", confirmPassword: "copper lantern drizzle" };
  const saved = await visitor.submit("/new-password?next=%2Fprofile", chosen);
  expect(saved.headers.location).toBe("/profile");
  expect((await visitor.get("/profile")).headers.location).toBe(`${page}?next=%2Fprofile`);
});

test("API keys work without the required second factor", async () => {
  const admin = await logIn(roster, await newUser("admin"));
  const owner = await newUser("member");
  const key = await generateKey(admin, owner);
  await demand("everyone");
  expect((await askMe(roster, withKey(key))).status).toBe(200);
});

test("another organization's second-factor requirement does not apply", async () => {
  await roster.db("organizations").where({ name: "Globex" }).update({ second_factor_rule: "everyone" });
  expect((await (await logIn(roster, "mia")).get("/profile")).status).toBe(200);
});
