import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { headings, linksTo, section, tables, words } from "../support/html.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let mia: Visitor;
let max: Visitor;

beforeAll(async () => {
  roster = await startRoster();
  mia = await logIn(roster, "mia");
  max = await logIn(roster, "max");
});
afterAll(() => roster.close());

test("a Member sees on /profile everything that Roster knows, and nothing to edit", async () => {
  const { status, text } = await mia.get("/profile");
  expect([status, headings(text, 1)]).toEqual([200, ["Mia Zoë-Núñez"]]);
  const personal = words(section(text, "Personal Information"));
  for (const fact of ["First name Mia", "Last name Zoë-Núñez", "Email mia@example.com"])
    expect(personal).toContain(fact);
  expect(words(text)).toMatch(/Mia Zoë-Núñez mia@example.com Member Active Last login \d\d:\d\d Profile MZ Created/);
  const organization = words(section(text, "Organization"));
  for (const fact of ["Name Acme", "Plan Pro"]) expect(organization).toContain(fact);
  expect(linksTo(text, "Edit")).toEqual([]);
  expect(text).not.toMatch(/type="file"|Save photo|Deactivate/);
});

test("a Manager finds on /profile how to edit name and photo", async () => {
  const { text } = await max.get("/profile");
  expect(headings(text, 1)).toEqual(["Max O'Brien"]);
  expect(linksTo(text, "Edit")).toEqual(["/profile/personal-information"]);
  expect(section(text, "Profile")).toMatch(/action="\/profile\/photo"[\s\S]*Change photo[\s\S]*Save photo/);
});

test.each([
  ["Member", () => mia, ["view", "none", "view", "view"]],
  ["Manager", () => max, ["edit, view", "none", "edit, view", "edit, view"]],
] as const)("a %s sees on /profile the permissions of the role", async (_, visitor, permissions) => {
  const [rows] = tables((await visitor().get("/profile")).text);
  const features = ["Organization", "Users", "Apps", "Partners"];
  expect(rows).toEqual(features.map((feature, index) => [feature, permissions[index]]));
});

test("an Admin is redirected from /profile to their own User profile", async () => {
  const { status, headers } = await (await logIn(roster, "ada")).get("/profile");
  expect([status, headers.location]).toEqual([303, `/admin/managers/${roster.people.ada.id}`]);
});

test("/ leads Admins to Managers and other users to /profile", async () => {
  for (const [name, to] of [
    ["ada", "/admin/managers"],
    ["max", "/profile"],
    ["mia", "/profile"],
  ] as const)
    expect((await (await logIn(roster, name)).get("/")).headers.location).toBe(to);
});

test("the menu shows only what the user may open, and always the link to /profile", async () => {
  const menu = async (visitor: Visitor, page: string) => {
    const { text } = await visitor.get(page);
    expect(text).toContain('href="/profile"');
    return ["Managers", "Activity", "API keys", "Organization", "API documentation"].filter(
      (name) => linksTo(text, name).length > 0,
    );
  };
  const ada = await logIn(roster, "ada");
  expect(await menu(ada, "/admin/managers")).toEqual([
    "Managers",
    "Activity",
    "API keys",
    "Organization",
    "API documentation",
  ]);
  expect(await menu(max, "/profile")).toEqual(["Organization", "API documentation"]);
  expect(await menu(mia, "/profile")).toEqual([]);
});
