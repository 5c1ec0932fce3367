import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { errorsOf, labels, linkTo, words } from "../support/html.ts";
import { addUser, type Person } from "../support/people.ts";
import { historyOf, storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let manager: Visitor;
let person: Person;
let count = 0;
const page = "/profile/personal-information";

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(async () => {
  const email = `manager${++count}@example.com`;
  person = await addUser(roster.deps, { email, firstName: "Zoë", lastName: "O'Neill", role: "manager" });
  manager = await logIn(roster, person);
});
afterAll(() => roster.close());

test("a Manager's form has first and last name, and no email", async () => {
  const { status, text } = await manager.get(page);
  expect([status, labels(text)]).toEqual([200, ["First name", "Last name"]]);
  expect(formFields(text)).toEqual({
    _csrf: expect.any(String),
    version: String((await storedUser(roster, person)).version),
    firstName: "Zoë",
    lastName: "O'Neill",
  });
});

test("a Manager saves their own name, which writes history and shows a notice on /profile", async () => {
  const answer = await manager.submit(page, { firstName: "  Zoe ", lastName: "Sørensen" });
  expect([answer.status, answer.headers.location]).toEqual([303, "/profile"]);
  expect(await storedUser(roster, person)).toMatchObject({ first_name: "Zoe", last_name: "Sørensen" });
  expect(await historyOf(roster, person, "personal-information.updated")).toEqual([
    {
      action: "personal-information.updated",
      by: person.id,
      changes: { firstName: { before: "Zoë", after: "Zoe" }, lastName: { before: "O'Neill", after: "Sørensen" } },
    },
  ]);
  const { text } = await manager.get("/profile");
  expect([words(text).includes("Personal information saved."), words(text).includes("Zoe Sørensen")]).toEqual([
    true,
    true,
  ]);
});

test.each([
  ["firstName", " ", "Enter a first name"],
  ["lastName", "", "Enter a last name"],
  ["lastName", "a\u202eb", "The last name has characters that can’t be shown; type it again"],
  ["firstName", "x".repeat(101), "The first name is too long; use at most 100 characters"],
])("a Manager's form refuses %s %j, keeps what was typed and writes nothing", async (field, value, message) => {
  const before = await storedUser(roster, person);
  const other = field === "firstName" ? "lastName" : "firstName";
  const answer = await manager.submit(page, { [other]: "Typed", [field]: value });
  expect([answer.status, errorsOf(answer.text)]).toEqual([422, { [field]: message }]);
  const { _csrf, version, ...kept } = formFields(answer.text);
  expect(kept).toEqual({ [other]: "Typed", [field]: kept[field] });
  expect(await storedUser(roster, person)).toEqual(before);
});

test("a Manager's form never changes email, role, status and password", async () => {
  const before = await storedUser(roster, person);
  const more = { email: "x@example.com", role: "admin", status: "inactive", password: "copper lantern drizzle" };
  const answer = await manager.submit(page, { lastName: "New", ...more, id: String(roster.people.ada.id) });
  expect(answer.status).toBe(303);
  const { last_name, name_key, search_text, version } = await storedUser(roster, person);
  expect(await storedUser(roster, person)).toEqual({ ...before, last_name, name_key, search_text, version });
  expect(await storedUser(roster, roster.people.ada)).toMatchObject({ last_name: "Lovelace" });
});

test("a Manager's form does not overwrite an Admin's newer change, and shows both values", async () => {
  const opened = await manager.get(page);
  await (await logIn(roster, "ada")).submit(`/admin/managers/${person.id}/personal-information`, {
    lastName: "Theirs",
  });
  const refused = await manager.post(page, { ...formFields(opened.text), lastName: "Mine" });
  expect(refused.status).toBe(409);
  expect(words(refused.text)).toContain("Saved by someone else: Theirs");
  expect(formFields(refused.text)).toMatchObject({ lastName: "Mine" });
  expect(await storedUser(roster, person)).toMatchObject({ last_name: "Theirs" });
  expect((await manager.post(page, formFields(refused.text))).status).toBe(303);
  expect(await storedUser(roster, person)).toMatchObject({ last_name: "Mine" });
});

test("a Manager's own earlier save does not cause a conflict", async () => {
  const opened = await manager.get(page);
  await manager.submit(page, { lastName: "First" });
  expect((await manager.post(page, { ...formFields(opened.text), lastName: "Second" })).status).toBe(303);
});

test("a Member can neither open nor send the form, and learns whom to ask", async () => {
  const mia = await logIn(roster, "mia");
  const before = await storedUser(roster, roster.people.mia);
  const _csrf = await mia.token("/profile");
  const answers = [await mia.get(page), await mia.post(page, { _csrf, firstName: "New", lastName: "Name" })];
  for (const { status, text } of answers) {
    expect(status).toBe(403);
    expect(words(text)).toContain("managed by the Admins of your organization. Ask one of them to change them.");
  }
  expect(await storedUser(roster, roster.people.mia)).toEqual(before);
  expect(linkTo((await mia.get("/profile")).text, "Edit")).toBeUndefined();
});
