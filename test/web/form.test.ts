import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { errorsOf, titleOf, words } from "../support/html.ts";
import { addUser, type Person } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

// The helper that every form uses (src/web/form.ts), tried on real pages. Each page's own rules are tested with the
// page.

let roster: Roster;
let ada: Visitor;
let zoe: Person;
let _csrf: string;

beforeAll(async () => {
  roster = await startRoster();
  zoe = await addUser(roster.deps, { email: "zoe@example.com" });
});
beforeEach(async () => {
  await roster.db("throttles").del();
  ada = await logIn(roster, "ada");
  _csrf = await ada.token("/login");
});
afterAll(() => roster.close());

const about = (page: string): string => `/admin/managers/${zoe.id}/${page}`;
const pages: [string, () => string, string[]][] = [
  ["Log in", () => "/login", ["email", "password"]],
  ["forgot password", () => "/forgot-password", ["email"]],
  [
    "create user",
    () => "/admin/managers/new",
    ["firstName", "lastName", "email", "role", "password", "confirmPassword"],
  ],
  ["personal information", () => about("personal-information"), ["firstName", "lastName", "email"]],
  ["role", () => about("role"), ["role"]],
  ["password", () => about("password"), ["password", "confirmPassword"]],
  ["organization", () => "/admin/organization", ["name"]],
  ["own personal information", () => "/profile/personal-information", ["firstName", "lastName"]],
];

test.each(pages)(
  'the form "%s" treats missing, repeated and nested fields as ordinary errors, and shows all together',
  async (_, path, fields) => {
    const sent = (shape: (name: string) => [string, string | string[]][]) =>
      ada.post(path(), { _csrf, ...Object.fromEntries(fields.flatMap(shape)) });
    const answers = [
      await sent(() => []),
      await sent((name) => [[name, ["a", "b"]]]),
      await sent((name) => [[`${name}[a]`, "b"]]),
      await sent((name) => [[`${name}[]`, "b"]]),
      await ada.post(path(), { _csrf, __proto__: "x", constructor: "y", toString: "z", hasOwnProperty: "a" }),
    ];
    for (const answer of answers) {
      expect([answer.status, Object.keys(errorsOf(answer.text)).sort()]).toEqual([422, [...fields].sort()]);
      expect(words(answer.text)).not.toMatch(/Invalid|expected|undefined/);
    }
  },
);

test('a refused form has "Error" in its title, and a form that was just opened does not', async () => {
  expect(titleOf((await ada.get("/admin/organization")).text)).toBe("Organization – Roster");
  expect(titleOf((await ada.submit("/admin/organization", { name: "" })).text)).toBe("Error: Organization – Roster");
});

test("a refused form keeps everything except passwords, as text", async () => {
  const markup = `"><b>O'X</b>`;
  const answer = await ada.submit("/admin/managers/new", {
    ...{ firstName: markup, lastName: "Kept", email: "kept@", role: "manager" },
    ...{ password: "secret one", confirmPassword: "secret two" },
  });
  expect(answer.status).toBe(422);
  expect(answer.text).not.toMatch(/secret (one|two)|<b>O/);
  expect(answer.text).toContain('value="&#34;&gt;&lt;b&gt;O&#39;X&lt;/b&gt;"');
  for (const kept of ["Kept", "kept@"]) expect(answer.text).toContain(`value="${kept}"`);
  expect(answer.text).toMatch(/value="manager"\s(selected|checked)/);
});

test("fields that a form does not have are not saved", async () => {
  const before = await roster.db("users").where({ id: zoe.id }).first();
  const more = { role: "admin", status: "inactive", password_hash: "x", organization_id: "2", id: "1", email: "" };
  const answer = await ada.submit(about("personal-information"), {
    firstName: "New",
    ...more,
    email: "zoe@example.com",
  });
  expect(answer.status).toBe(303);
  const after = await roster.db("users").where({ id: zoe.id }).first();
  const changed = Object.keys(after).filter((column) => after[column] !== before[column]);
  expect(changed.sort()).toEqual(["first_name", "name_key", "search_text", "version"]);
});
