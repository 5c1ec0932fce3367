import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { buttons, errorsOf, headings, labels, titleOf, words } from "../support/html.ts";
import { password } from "../support/people.ts";
import { everything, historyOf } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
afterAll(() => roster.close());

const path = "/admin/managers/new";
const byEmail = (email: string) => roster.db("users").where({ email }).first();
const tess = {
  firstName: "Tess",
  lastName: "Tęst",
  email: "tess@example.com",
  role: "manager",
  password,
  confirmPassword: password,
};

test("the form Create user is empty, with the role Member and the box for a new password ticked", async () => {
  const { text } = await ada.get(path);
  expect([titleOf(text), headings(text, 1)]).toEqual(["Create user – Roster", ["Create user"]]);
  expect(labels(text)).toEqual([
    "First name",
    "Last name",
    "Email",
    "Role",
    "Deactivate on",
    "Send an invitation",
    "Show an invitation link to copy",
    "Set a password",
    "Password",
    "Confirm password",
    "Ask for a new password at the next log-in",
    "Generate a password",
  ]);
  expect(buttons(text)).toEqual(["Log out", "Create user"]);
  const { _csrf, ...fields } = formFields(text);
  const blank = { firstName: "", lastName: "", email: "", password: "", confirmPassword: "" };
  expect(fields).toEqual({ ...blank, role: "member", access: "link", deactivateOn: "", mustChange: "on" });
  expect(text).toMatch(/<option value="admin">Admin<\/option>/);
});

test("creating a user writes history and shows a notice on the new profile", async () => {
  const answer = await ada.submit(path, { ...tess, firstName: " Tess ", email: " TESS@Example.COM" });
  const user = await byEmail(tess.email);
  expect([answer.status, answer.headers.location]).toEqual([303, `/admin/managers/${user.id}`]);
  const { organization_id } = await byEmail(roster.people.ada.email);
  expect(user).toMatchObject({ first_name: "Tess", last_name: "Tęst", role: "manager", status: "active" });
  expect(user).toMatchObject({ organization_id, must_change_password: 1 });
  const { password: _, confirmPassword: __, ...recorded } = tess;
  const changes = Object.fromEntries(Object.entries(recorded).map(([name, after]) => [name, { before: null, after }]));
  expect(await historyOf(roster, user)).toEqual([{ action: "user.created", by: roster.people.ada.id, changes }]);
  const profile = await ada.get(answer.headers.location ?? "");
  expect(headings(profile.text, 1)).toEqual(["Tess Tęst"]);
  expect(words(profile.text)).toContain("User created.");
});

test("a new user can log in immediately and is first asked for a new password", async () => {
  const visitor = await logIn(roster, { email: tess.email });
  expect((await visitor.get("/profile")).headers.location).toMatch(/^\/new-password/);
});

test("a new user who is not asked for a new password gets in with the given one", async () => {
  const email = "direct@example.com";
  const answer = await ada.submit(path, { ...tess, email, mustChange: undefined });
  expect(answer.status).toBe(303);
  expect((await (await logIn(roster, { email })).get("/profile")).status).toBe(200);
});

const una = { ...tess, email: "una@example.com" };

test.each<[string, Record<string, string>, Record<string, string>]>([
  [
    "an empty form",
    {},
    {
      firstName: "Enter a first name",
      lastName: "Enter a last name",
      email: "Enter an email address",
    },
  ],
  [
    "“Set a password” without one",
    { ...una, access: "password", password: "", confirmPassword: "" },
    { password: "Enter a password", confirmPassword: "Type the password again" },
  ],
  [
    "no choice of how the user gets a password",
    { ...una, access: "carrier pigeon", password: "", confirmPassword: "" },
    { access: "Choose how the user gets a password" },
  ],
  [
    "a name that cannot be shown",
    { ...una, firstName: "a\u202eb" },
    {
      firstName: "The first name has characters that can’t be shown; type it again",
    },
  ],
  [
    "an invalid email",
    { ...una, email: "tess" },
    {
      email: "Enter an email address like name@example.com, using only a–z, digits and . _ - +",
    },
  ],
  ["an unknown role", { ...una, role: "owner" }, { role: "Choose a role" }],
  [
    "two different passwords",
    { ...una, confirmPassword: `${password}!` },
    {
      confirmPassword: "The passwords don’t match",
    },
  ],
  [
    "a short password",
    { ...una, password: "violet-otter", confirmPassword: "violet-otter" },
    {
      password: "The password is too short; use at least 15 characters",
    },
  ],
  [
    "a colleague's email",
    { ...una, email: "MAX@example.com" },
    {
      email: "This email is already in use. Use another one.",
    },
  ],
  [
    "the email of another organization's user",
    { ...una, email: "eve@example.com" },
    {
      email: "This email is already in use. Use another one.",
    },
  ],
  [
    "several faults together",
    { ...una, firstName: " ", email: "max@example.com", role: "boss", password: "violet-otter", confirmPassword: "" },
    {
      firstName: "Enter a first name",
      email: "This email is already in use. Use another one.",
      role: "Choose a role",
      password: "The password is too short; use at least 15 characters",
      confirmPassword: "Type the password again",
    },
  ],
])(
  "the form Create user refuses %s, keeps what was typed except the passwords, and writes nothing",
  async (_what, fields, errors) => {
    const before = await everything(roster);
    const answer = await ada.submit(path, { ...fields, mustChange: undefined });
    expect(answer.status).toBe(422);
    expect(errorsOf(answer.text)).toEqual(errors);
    const { _csrf, ...kept } = formFields(answer.text);
    const { firstName = "", lastName = "", email = "" } = fields;
    // Typing a password chooses to set one.
    const access = "access" in fields || fields.password ? "password" : "link";
    const chosen = "access" in errors ? {} : { access };
    const blank = { deactivateOn: "", password: "", confirmPassword: "" };
    expect(kept).toEqual({ firstName, lastName, email, role: kept.role, ...chosen, ...blank });
    expect(answer.text).not.toContain(password);
    expect(await everything(roster)).toEqual(before);
  },
);

test("the form Create user comes back with the chosen role", async () => {
  const answer = await ada.submit(path, { ...tess, role: "admin", email: "" });
  expect(formFields(answer.text).role).toBe("admin");
});

test.each(["Tess Testperson", "testpersontess99", "quixotic.address7", "roster roster 123", "acme acme acme 1"])(
  "the password %j is too easy for a user with these names and this email",
  async (weak) => {
    const person = { firstName: "Tess", lastName: "Testperson", email: "quixotic.address@example.com" };
    const answer = await ada.submit(path, { ...tess, ...person, password: weak, confirmPassword: weak });
    expect(answer.status).toBe(422);
    expect(errorsOf(answer.text).password).toMatch(/^This password is too easy to guess\. /);
  },
);

test("the form Create user treats repeated, nested and missing fields as ordinary errors", async () => {
  const _csrf = await ada.token(path);
  for (const fields of [
    {},
    { email: ["a@example.com", "b@example.com"] },
    { "role[x]": "admin" },
    { __proto__: "x" },
  ]) {
    const answer = await ada.post(path, { _csrf, ...fields });
    expect([answer.status, Object.keys(errorsOf(answer.text))]).toEqual([
      422,
      ["firstName", "lastName", "email", "role", "password", "confirmPassword"],
    ]);
  }
});

test("forms sent in parallel with one email create one user", async () => {
  const fields = { ...tess, email: "twin@example.com" };
  const answers = await Promise.all([1, 2, 3].map(() => ada.submit(path, fields)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 422, 422]);
  expect(await roster.db("users").where({ email: fields.email })).toHaveLength(1);
});

test("only an Admin creates users, and only with a token", async () => {
  const max = await logIn(roster, "max");
  const person = { ...tess, email: "none@example.com" };
  expect((await max.get(path)).status).toBe(403);
  expect((await max.post(path, { ...person, _csrf: await max.token("/profile") })).status).toBe(403);
  expect((await visit(roster).post(path, person)).status).toBe(303);
  expect((await ada.post(path, person)).status).toBe(403);
  expect(await byEmail(person.email)).toBeUndefined();
});
