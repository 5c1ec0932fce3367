import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { errorsOf, headings, labels, linkTo, words } from "../support/html.ts";
import { addUser, password } from "../support/people.ts";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { formFields, logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
const page = "/admin/organization";

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
beforeEach(async () => {
  const acme = await roster.db("organizations").where({ plan: "pro" }).first("id");
  await roster
    .db("organizations")
    .where({ id: acme.id })
    .update({ name: "Acme", name_key: "acme", second_factor_rule: "optional" });
});
afterAll(() => roster.close());

const names = () => roster.db("organizations").orderBy("id").pluck("name");
const rule = async () => (await roster.db("organizations").where({ plan: "pro" }).first()).second_factor_rule;
const history = () => roster.db("activity").where({ action: "organization.renamed" }).orderBy("id");

test("the Organization page shows the name and the plan", async () => {
  const { text } = await ada.get(page);
  expect([headings(text, 1), labels(text)]).toEqual([
    ["Organization"],
    ["Name", "Time zone", "Language", "Optional", "Required for Admins", "Required for everyone"],
  ]);
  expect(text).toContain('value="Acme"');
  expect(words(text)).toContain("Plan Pro");
  expect(words((await (await logIn(roster, "eve")).get(page)).text)).toContain("Plan Free");
});

test("the Organization page on the free plan says whom to contact", async () => {
  const { url } = await startSecondServer(roster, { SUPPORT_EMAIL: "help@roster.example" });
  const eve = await logIn({ ...roster, url }, "eve");
  expect((await eve.get(page)).text).toContain('href="mailto:help@roster.example"');
});

test("saving the organization's name writes history and shows a notice", async () => {
  const answer = await ada.submit(page, { name: "  Acme\u0308 & Söhne " });
  expect([answer.status, answer.headers.location]).toEqual([303, page]);
  expect(await names()).toEqual(["Acmë & Söhne", "Globex"]);
  const { text } = await ada.get(page);
  expect(words(text)).toContain("Organization saved.");
  expect(linkTo(text, "Acmë & Söhne")).toBe("/");
  const row = (await history()).at(-1);
  expect(row).toMatchObject({ actor_id: roster.people.ada.id, actor_kind: "user", subject_id: null });
  expect(JSON.parse(row.changes)).toEqual({ name: { before: "Acme", after: "Acmë & Söhne" } });
});

test("a change of capitals in the organization's name is saved, and no change writes no history", async () => {
  const before = (await history()).length;
  await ada.submit(page, { name: "ACME" });
  await ada.submit(page, { name: " ACME " });
  expect([await names(), (await history()).length]).toEqual([["ACME", "Globex"], before + 1]);
});

test.each([
  ["nothing", "", "Enter a name for the organization"],
  ["invisible characters", " \u200b ", "Enter a name for the organization"],
  [
    "a control character",
    "a\u0007b",
    "The name for the organization has characters that can’t be shown; type it again",
  ],
  ["101 characters", "x".repeat(101), "The name for the organization is too long; use at most 100 characters"],
  ["another organization's name", "Globex", "Another organization here has this name. Use another one."],
  [
    "another organization's name, spelled differently",
    "glöbex",
    "Another organization here has this name. Use another one.",
  ],
])(
  "the Organization page refuses %s as the name, keeps what was typed and writes nothing",
  async (_, name, message) => {
    const before = await history();
    const answer = await ada.submit(page, { name });
    expect([answer.status, errorsOf(answer.text)]).toEqual([422, { name: message }]);
    if (name === "glöbex") expect(answer.text).toContain('value="glöbex"');
    expect([await names(), await history()]).toEqual([["Acme", "Globex"], before]);
  },
);

test("saving who must have a second factor writes history, unless nothing was changed", async () => {
  const rule = () => roster.db("organizations").orderBy("id").pluck("second_factor_rule");
  const rows = () => roster.db("activity").where({ action: "second-factor-rule.updated" }).orderBy("id");
  const { text } = await ada.get(page);
  expect(text).toContain('value="optional" checked');
  const renamed = (await history()).length;
  const eve = await logIn(roster, "eve");
  expect((await eve.submit(page, { secondFactor: "everyone" })).headers.location).toBe(page);
  await eve.submit(page, {}, { action: "/logout" });
  expect((await ada.submit(page, { secondFactor: "admins" })).status).toBe(303);
  expect([await rule(), (await history()).length]).toEqual([["admins", "everyone"], renamed]);
  expect((await rows()).map(({ changes }) => JSON.parse(changes))).toEqual([
    { secondFactor: { before: "optional", after: "everyone" } },
    { secondFactor: { before: "optional", after: "admins" } },
  ]);
  // Ada has none, so she now gets only the page to set one up.
  expect((await ada.get(page)).headers.location).toBe("/profile/second-factor?next=%2Fadmin%2Forganization");
  await roster.db("organizations").update({ second_factor_rule: "optional" });
  await ada.submit(page, { secondFactor: "optional" });
  expect(await rows()).toHaveLength(2);
  expect(words((await ada.get("/admin/activity")).text)).toContain(
    "changed the second-factor requirement from Optional to Required for Admins",
  );
});

test.each(["", "nobody"])("the Organization page refuses %j as the second-factor requirement", async (secondFactor) => {
  const fields = { _csrf: await ada.token(page), name: "Acme", secondFactor };
  const answer = await ada.post(page, fields);
  expect([answer.status, errorsOf(answer.text)]).toEqual([422, { secondFactor: "Choose who needs a second factor" }]);
});

test("a refused name does not save the second-factor requirement either", async () => {
  const answer = await ada.submit(page, { name: "Globex", secondFactor: "everyone" });
  expect(answer.status).toBe(422);
  expect(answer.text).toContain('value="everyone" checked');
  expect(await roster.db("organizations").where({ name: "Acme" }).pluck("second_factor_rule")).toEqual(["optional"]);
});

test("the Organization page changes neither the plan nor another organization", async () => {
  const globex = await roster.db("organizations").where({ name: "Globex" }).first();
  const answer = await ada.submit(page, { name: "Acme", plan: "free", id: String(globex.id) });
  expect(answer.status).toBe(303);
  expect(await roster.db("organizations").orderBy("id").select("name", "plan")).toEqual([
    { name: "Acme", plan: "pro" },
    { name: "Globex", plan: "free" },
  ]);
});

test("a Member and a visitor cannot open the Organization page", async () => {
  const refused = await (await logIn(roster, "mia")).get(page);
  expect([refused.status, words(refused.text)]).toEqual([
    403,
    expect.stringContaining("Only Admins and Managers of your organization can open this page."),
  ]);
  expect((await visit(roster).get(page)).status).toBe(303);
});

describe("a Manager", () => {
  let max: Visitor;
  beforeAll(async () => {
    max = await logIn(roster, "max");
  });

  test("finds only Organization in the menu and changes its name, with history", async () => {
    const { text } = await max.get("/profile");
    expect(text.match(/(?<=href=")\/admin[^"]*/g)).toEqual([page]);
    expect(linkTo(text, "Organization")).toBe(page);
    const answer = await max.submit(page, { name: "Acme by Max" });
    expect([answer.status, answer.headers.location]).toEqual([303, page]);
    expect((await names())[0]).toBe("Acme by Max");
    expect((await history()).at(-1)).toMatchObject({ actor_id: roster.people.max.id });
  });

  test("neither sees nor changes who must have a second factor", async () => {
    const { text } = await max.get(page);
    expect([labels(text), text]).toEqual([
      ["Name", "Time zone", "Language"],
      expect.not.stringContaining("secondFactor"),
    ]);
    for (const secondFactor of ["everyone", "optional", "nobody"]) {
      const answer = await max.post(page, { ...formFields(text), name: "Acme", secondFactor });
      expect([secondFactor, answer.status]).toEqual([secondFactor, 403]);
      expect(words(answer.text)).toContain("Only Admins of your organization can choose who needs a second factor.");
    }
    expect([await rule(), (await names())[0]]).toEqual(["optional", "Acme"]);
  });

  test("does not overwrite a name that an Admin has saved meanwhile, and a new requirement is no conflict", async () => {
    const opened = formFields((await max.get(page)).text);
    await ada.submit(page, { secondFactor: "everyone" });
    await roster.db("organizations").update({ second_factor_rule: "optional" });
    expect((await max.post(page, { ...opened, name: "Acme Ltd" })).status).toBe(303);
    await ada.submit(page, { name: "Acme by Ada" });
    const refused = await max.post(page, { ...opened, name: "Acme by Max" });
    expect([refused.status, words(refused.text)]).toEqual([
      409,
      expect.stringContaining("Saved by someone else: Acme by Ada"),
    ]);
    expect(labels(refused.text)).toEqual(["Name", "Time zone", "Language"]);
  });
});

test("a second-factor requirement that someone else changed comes back with 409, both values and a choice", async () => {
  const bob = await logIn(roster, await addUser(roster.deps, { email: "bob@example.com", role: "admin" }));
  const opened = formFields((await ada.get(page)).text);
  // Otherwise both would have to set one up.
  await roster.db("second_factors").del();
  for (const email of ["ada@example.com", "bob@example.com"])
    await giveSecondFactor(roster, await roster.db("users").where({ email }).first("id"));
  await bob.submit(page, { secondFactor: "admins" });
  const refused = await ada.post(page, { ...opened, secondFactor: "everyone" });
  expect(refused.status).toBe(409);
  expect(words(refused.text)).toContain("Someone else changed this while you were editing");
  expect(words(refused.text)).toContain("Saved by someone else: Required for Admins");
  expect(refused.text).toContain('value="everyone" checked');
  expect(await rule()).toBe("admins");
  // The old form would reset the requirement unseen, although its sender changed only the name.
  expect((await ada.post(page, { ...opened, name: "Acme Ltd" })).status).toBe(409);
  expect([await rule(), (await names())[0]]).toEqual(["admins", "Acme"]);
  const knowingly = await ada.post(page, { ...formFields(refused.text), secondFactor: "everyone" });
  expect([knowingly.status, await rule()]).toEqual([303, "everyone"]);
  // Your own earlier save is no conflict.
  const again = await ada.post(page, { ...formFields(refused.text), secondFactor: "optional" });
  expect([again.status, await rule()]).toEqual([303, "optional"]);
});

test("changing the second-factor requirement asks for your password after 30 minutes, and changing the name does not", async () => {
  await roster.db("sessions").update({ password_confirmed_at: "2026-01-01T00:00:00.000Z" });
  expect((await ada.submit(page, { name: "Acme Ltd" })).status).toBe(303);
  const asked = await ada.submit(page, { secondFactor: "everyone" });
  expect([asked.status, headings(asked.text, 1), await rule()]).toEqual([403, ["Confirm it’s you"], "optional"]);
  const answer = await ada.post(page, { ...formFields(asked.text), ownPassword: password });
  expect([answer.status, await rule()]).toEqual([303, "everyone"]);
});
