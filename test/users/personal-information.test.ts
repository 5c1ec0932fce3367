import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { outbox } from "../support/outbox.ts";
import { addUser, giveResetLink, type Person } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, plainText, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let zoe: Person;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  zoe = await addUser(roster.deps, { email: "zoe@example.com", firstName: "Zoë", lastName: "O'Neill" });
});
afterAll(() => roster.close());

const address = (person: Person = zoe): string => `/admin/managers/${person.id}/personal-information`;
const stored = (id = zoe.id) => roster.db("users").where({ id }).first();
const history = () =>
  roster.db("activity").where({ subject_id: zoe.id, action: "personal-information.updated" }).orderBy("id");

test("the Personal Information form shows the current values", async () => {
  const page = await ada.get(address());
  expect(page.status).toBe(200);
  expect(plainText(page.text)).toContain('value="Zoë"');
  expect(plainText(page.text)).toContain(`value="O'Neill"`);
  expect(page.text).toContain('value="zoe@example.com"');
});

test("saving personal information writes history and shows a notice on the profile", async () => {
  const answer = await ada.submit(address(), { firstName: "  Zoe\u0308  ", email: " ZOE.ONEILL@Example.com " });
  expect([answer.status, answer.headers.location]).toEqual([303, `/admin/managers/${zoe.id}`]);
  expect(await stored()).toMatchObject({ first_name: "Zoë", last_name: "O'Neill", email: "zoe.oneill@example.com" });
  const [row] = await history();
  expect(JSON.parse(row.changes)).toEqual({ email: { before: "zoe@example.com", after: "zoe.oneill@example.com" } });
  expect(row).toMatchObject({ actor_id: roster.people.ada.id, actor_kind: "user" });
  const profile = await ada.get(answer.headers.location ?? "");
  expect(profile.text).toContain("Personal information saved.");
  expect((await ada.get(answer.headers.location ?? "")).text).not.toContain("Personal information saved.");
});

test.each([
  ["firstName", "", "Enter a first name"],
  ["firstName", " \u200b ", "Enter a first name"],
  ["lastName", "a\u202eb", "The last name has characters that can’t be shown; type it again"],
  ["lastName", "a\u0000b", "The last name has characters that can’t be shown; type it again"],
  ["lastName", "x".repeat(101), "The last name is too long; use at most 100 characters"],
  ["email", "", "Enter an email address"],
  ["email", "no address", "Enter an email address like name@example.com, using only a–z, digits and . _ - +"],
  ["email", "zoë@example.com", "Enter an email address like name@example.com, using only a–z, digits and . _ - +"],
  [
    "email",
    `${"a".repeat(64)}@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(20)}`,
    "The email address is too long; use at most 254 characters",
  ],
  ["email", "ada@example.com", "This email is already in use. Use another one."],
  ["email", "EVE@example.com", "This email is already in use. Use another one."],
])(
  "the Personal Information form refuses %s %j, keeps what was typed and writes nothing",
  async (field, value, message) => {
    const before = [await stored(), (await history()).length];
    const answer = await ada.submit(address(), { firstName: "Typed", [field]: value });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain("<title>Error: Edit personal information – Roster</title>");
    expect(answer.text).toContain("There is a problem");
    expect(answer.text).toContain(`<a href="#${field}">${message}</a>`);
    if (field !== "firstName") expect(answer.text).toContain('value="Typed"');
    expect([await stored(), (await history()).length]).toEqual(before);
  },
);

test("the Personal Information form shows all errors together", async () => {
  const taken = await ada.submit(address(), { firstName: "", email: "max@example.com" });
  for (const field of ["firstName", "email"]) expect(taken.text).toContain(`href="#${field}"`);
  const answer = await ada.submit(address(), { firstName: "", lastName: "", email: "" });
  for (const field of ["firstName", "lastName", "email"]) expect(answer.text).toContain(`href="#${field}"`);
});

test("the Personal Information form treats a repeated, nested or missing field as an ordinary error", async () => {
  const _csrf = await ada.token(address());
  for (const fields of [{ firstName: ["a", "b"] }, { "firstName[a]": "b" }, {}, { __proto__: "x", constructor: "y" }]) {
    const answer = await ada.post(address(), { _csrf, lastName: "Kept", ...fields });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('value="Kept"');
  }
});

test("saving personal information does not overwrite someone else's newer change, and shows both values", async () => {
  const bob = await addUser(roster.deps, { email: "bob@example.com", role: "admin" });
  const other = await logIn(roster, bob);
  const opened = await ada.get(address());
  await other.submit(address(), { lastName: "Theirs" });

  const refused = await ada.post(address(), { ...formFields(opened.text), lastName: "Mine" });
  expect(refused.status).toBe(409);
  expect(refused.text).toContain("<strong><bdi>Theirs</bdi></strong>");
  expect(refused.text).toContain('value="Mine"');
  expect((await stored()).last_name).toBe("Theirs");

  const again = await ada.post(address(), { ...formFields(refused.text) });
  expect(again.status).toBe(303);
  expect((await stored()).last_name).toBe("Mine");
});

test("your own earlier save of personal information is no conflict", async () => {
  const opened = await ada.get(address());
  await ada.submit(address(), { lastName: "First" });
  const answer = await ada.post(address(), { ...formFields(opened.text), lastName: "Second" });
  expect(answer.status).toBe(303);
});

test("the Personal Information form answers 404 for another organization's user", async () => {
  const { eve } = roster.people;
  expect((await ada.get(address(eve))).status).toBe(404);
  const _csrf = await ada.token(address());
  const answer = await ada.post(address(eve), { _csrf, firstName: "A", lastName: "B", email: "c@example.com" });
  expect(answer.status).toBe(404);
  expect((await stored(eve.id)).first_name).toBe("Eve");
});

describe("a changed email", () => {
  test("is mailed to both addresses and ends open reset links", async () => {
    const { length } = await outbox(roster);
    const [old, link] = [(await stored()).email, await giveResetLink(roster.deps, zoe)];
    await ada.submit(address(), { lastName: "Unmoved" });
    expect([(await visit(roster).get(link)).status, (await outbox(roster)).length]).toEqual([200, length]);

    expect((await ada.submit(address(), { email: "moved@example.com" })).status).toBe(303);
    expect((await visit(roster).get(link)).status).toBe(404);
    const mails = (await outbox(roster)).slice(length);
    expect(mails.map(({ to }) => to).sort()).toEqual(["moved@example.com", old]);
    for (const { subject, text } of mails) {
      expect(subject).toBe("Your Roster email address was changed");
      expect(text).toContain(`from ${old} to moved@example.com`);
    }
  });

  test("that is refused sends no mail and keeps reset links", async () => {
    const [{ length }, link] = [await outbox(roster), await giveResetLink(roster.deps, zoe)];
    expect((await ada.submit(address(), { email: "ada@example.com" })).status).toBe(422);
    expect([(await visit(roster).get(link)).status, (await outbox(roster)).length]).toEqual([200, length]);
  });
});
