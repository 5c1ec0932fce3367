import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { updateOrganization } from "../../src/organization/queries.ts";
import type { Role } from "../../src/roles/roles.ts";
import { buttons, headings, linkTo, section, tables, titleOf, words } from "../support/html.ts";
import { generateKey } from "../support/keys.ts";
import { addUser, type Person } from "../support/people.ts";
import { statusesForOthers } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

beforeAll(async () => {
  roster = await startRoster({ SUPPORT_EMAIL: "sales@example.com" });
  ada = await logIn(roster, "ada");
});
afterAll(() => roster.close());

const address = ({ id }: Pick<Person, "id">): string => `/admin/managers/${id}`;
const open = async (person: Person) => (await ada.get(address(person))).text;

test("the User profile has the full name as heading, six sections in order, then sessions and history", async () => {
  const html = await open(roster.people.max);
  expect([titleOf(html), headings(html, 1)]).toEqual(["Max O'Brien – Roster", ["Max O'Brien"]]);
  const sections = [
    "Profile",
    "Personal Information",
    "Roles and Permissions",
    "Password",
    "API keys",
    "Extra Settings",
  ];
  expect(headings(html, 2).filter((heading) => heading !== "Admin")).toEqual([
    ...sections,
    "Second factor",
    "Sessions",
    "History",
  ]);
});

test("the sections of the User profile link to the pages that change them", async () => {
  const { max, ian } = roster.people;
  const html = await open(max);
  const edits = {
    "Personal Information": "personal-information",
    "Roles and Permissions": "role",
    Password: "password",
  };
  for (const [heading, page] of Object.entries(edits)) {
    const part = section(html, heading);
    expect(linkTo(part, "Edit")).toBe(`${address(max)}/${page}`);
    expect((await ada.get(`${address(max)}/${page}`)).status).toBe(200);
  }
  expect(linkTo(section(html, "Extra Settings"), "Deactivate")).toBe(`${address(max)}/status`);
  const inactive = section(await open(ian), "Extra Settings");
  expect([linkTo(inactive, "Activate"), linkTo(inactive, "Deactivate")]).toEqual([`${address(ian)}/status`, undefined]);
});

test("the User profile shows the user's data, when the user was created and last logged in", async () => {
  const { max, ada: admin } = roster.people;
  const html = await open(max);
  const heading = (text: string): string => words(/<h1[\s\S]*?(?=<h2)/.exec(text)?.[0] ?? "");
  expect(heading(html)).toBe("Max O'Brien max@example.com Manager Active Has never logged in");
  expect(heading(await open(admin))).toMatch(/^Ada Lovelace ada@example.com Admin Active You Last login \d\d:\d\d$/);
  const profile = words(section(html, "Profile"));
  expect(profile).toMatch(/Created .+ UTC API ID \d+$/);
  expect(profile.endsWith(` ${max.id}`)).toBe(true);
  expect(profile).toContain("MO");
  expect(words(section(html, "Personal Information"))).toMatch(
    /First name Max Last name O'Brien Email max@example\.com/,
  );
  expect(buttons(section(html, "Profile"))).toEqual(["Save photo"]);
});

test.each<[keyof Roster["people"], string, string[][]]>([
  ["ada", "Admin", [["edit, view"], ["edit, view"], ["edit, view"], ["edit, view"]]],
  ["max", "Manager", [["edit, view"], ["none"], ["edit, view"], ["edit, view"]]],
  ["mia", "Member", [["view"], ["none"], ["view"], ["view"]]],
])("the User profile shows the permissions of %s with the role %s", async (name, role, permissions) => {
  const part = section(await open(roster.people[name]), "Roles and Permissions");
  expect(words(part)).toContain(`Permissions of the role ${role}`);
  const features = ["Organization", "Users", "Apps", "Partners"];
  expect(tables(part)[0]).toEqual(features.map((feature, i) => [feature, ...(permissions[i] ?? [])]));
});

test("the User profile shows that a new password will be asked for", async () => {
  const asked = await addUser(roster.deps, { email: "asked@example.com", mustChangePassword: true });
  expect(words(section(await open(asked), "Password"))).toContain("must choose a new password");
  expect(words(section(await open(roster.people.mia), "Password"))).not.toContain("must choose");
});

test("the User profile shows markup in a name as typed", async () => {
  const odd = await addUser(roster.deps, { email: "odd@example.com", firstName: "<b>&amp;", lastName: `"'</title>` });
  const html = await open(odd);
  expect(headings(html, 1)).toEqual([`<b>&amp; "'</title>`]);
  expect(html).not.toContain("<b>");
});

test("the User profile can generate a key on Pro, and on the free plan says whom to contact instead", async () => {
  const eve = await logIn(roster, "eve");
  expect(buttons(section(await open(roster.people.mia), "API keys"))).toEqual(["Generate new key"]);
  const free = section((await eve.get(address(roster.people.eve))).text, "API keys");
  expect(buttons(free)).toEqual([]);
  expect(words(free)).toContain("Pro feature");
  expect(linkTo(free, "sales@example.com")).toBe("mailto:sales@example.com");
});

test("the User profile lists keys from before on the free plan, and can revoke them", async () => {
  const { mia } = roster.people;
  await generateKey(ada, mia, "Old times");
  const { organization_id: id } = await roster.db("users").where({ id: mia.id }).first();
  const setPlan = (plan: "free" | "pro") => roster.db.transaction((trx) => updateOrganization(trx, id, { plan }));
  await setPlan("free");
  const part = section(await open(mia), "API keys");
  await setPlan("pro");
  expect(words(part)).toContain("Old times");
  expect(linkTo(part, "Revoke")).toMatch(/\/api-keys\/\d+\/revoke$/);
  expect(buttons(part)).toEqual([]);
});

test("the User profile shows what changed and who did it, newest first, ten rows at most", async () => {
  const busy = await addUser(roster.deps, { email: "busy@example.com", firstName: "Busy" });
  const history = async () => section(await open(busy), "History");
  expect(words(await history())).toMatch(/User created .*by Roster \d\d:\d\d/);
  const sequence: Role[] = [
    "manager",
    "member",
    "manager",
    "member",
    "manager",
    "member",
    "manager",
    "member",
    "admin",
  ];
  for (const role of sequence) await ada.submit(`${address(busy)}/role`, { role });
  expect(words(await history())).toMatch(/^History Role changed Role: Member became Admin by Ada Lovelace \d\d:\d\d/);
  expect(linkTo(await history(), "Show all")).toBeUndefined();
  await ada.submit(`${address(busy)}/personal-information`, { lastName: "Bee" });
  const full = await history();
  expect(words(full).match(/by Ada Lovelace/g)).toHaveLength(10);
  expect(words(full)).not.toContain("User created");
  const all = linkTo(full, "Show all") ?? "";
  expect(words((await ada.get(all)).text)).toContain("User created");
});

test("the User profile answers 404 for another organization's user, an unknown ID and an invalid one", async () => {
  expect(await statusesForOthers(roster, ada, (id) => `/admin/managers/${id}`)).toEqual([404]);
});
