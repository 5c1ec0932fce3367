import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { errorsOf, headings, labels, linkTo, words } from "../support/html.ts";
import { type Roster, startBeside, startRoster } from "../support/roster.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
const page = "/admin/organization";

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
beforeEach(async () => {
  const acme = await roster.db("organizations").where({ plan: "pro" }).first("id");
  await roster.db("organizations").where({ id: acme.id }).update({ name: "Acme", name_key: "acme" });
});
afterAll(() => roster.close());

const names = () => roster.db("organizations").orderBy("id").pluck("name");
const history = () => roster.db("activity").where({ action: "organization.renamed" }).orderBy("id");

test("shows the name and the plan", async () => {
  const { text } = await ada.get(page);
  expect([headings(text, 1), labels(text)]).toEqual([["Organization"], ["Name"]]);
  expect(text).toContain('value="Acme"');
  expect(words(text)).toContain("Plan Pro");
  expect(words((await (await logIn(roster, "eve")).get(page)).text)).toContain("Plan Free");
});

test("on the free plan it says whom to write to", async () => {
  const { url } = await startBeside(roster, { SUPPORT_EMAIL: "help@roster.example" });
  const eve = await logIn({ ...roster, url }, "eve");
  expect((await eve.get(page)).text).toContain('href="mailto:help@roster.example"');
});

test("saves, writes history and says so", async () => {
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

test("a change of capitals alone is one, no change at all leaves no history", async () => {
  const before = (await history()).length;
  await ada.submit(page, { name: "ACME" });
  await ada.submit(page, { name: " ACME " });
  expect([await names(), (await history()).length]).toEqual([["ACME", "Globex"], before + 1]);
});

test.each([
  ["nothing", "", "Enter a name for the organization"],
  ["nothing to see", " \u200b ", "Enter a name for the organization"],
  [
    "a control character",
    "a\u0007b",
    "The name for the organization has characters that cannot be shown; type it again",
  ],
  ["101 characters", "x".repeat(101), "The name for the organization is too long; use at most 100 characters"],
  ["another one's name", "Globex", "Another organization here has this name. Use another one."],
  ["another one's name, spelt otherwise", "glöbex", "Another organization here has this name. Use another one."],
])("refuses %s, keeps what was typed and writes nothing", async (_, name, message) => {
  const before = await history();
  const answer = await ada.submit(page, { name });
  expect([answer.status, errorsOf(answer.text)]).toEqual([422, { name: message }]);
  if (name === "glöbex") expect(answer.text).toContain('value="glöbex"');
  expect([await names(), await history()]).toEqual([["Acme", "Globex"], before]);
});

test("the plan is not changed here, nor another organization", async () => {
  const globex = await roster.db("organizations").where({ name: "Globex" }).first();
  const answer = await ada.submit(page, { name: "Acme", plan: "free", id: String(globex.id) });
  expect(answer.status).toBe(303);
  expect(await roster.db("organizations").orderBy("id").select("name", "plan")).toEqual([
    { name: "Acme", plan: "pro" },
    { name: "Globex", plan: "free" },
  ]);
});

test("only Admins reach it", async () => {
  for (const name of ["max", "mia"] as const) expect((await (await logIn(roster, name)).get(page)).status).toBe(403);
  expect((await visit(roster).get(page)).status).toBe(303);
});
