import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { headings, linksTo, linkTo, section, titleOf } from "../support/html.ts";
import { turn } from "../support/list-form.ts";
import { addUsers } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

// After a user was edited, one link leads back to the list that the Admin came from, through any number of pages.

let roster: Roster;
let ada: Visitor;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  const many = Array.from({ length: 130 }, (_, i) => ({
    email: `p${i}@example.com`,
    firstName: `Jürgen ${String(i).padStart(3, "0")}`,
    lastName: "de la Tour",
  }));
  await addUsers(roster.deps, many);
});
afterAll(() => roster.close());

const query = "?search=j%C3%BCrgen+d%E2%80%99.%26%22&role=member&status=active&sort=-email";
/**
 * The second of three pages, filtered and in reverse order, which has everything that must be kept; a near page by its
 * number alone.
 */
async function secondPage(): Promise<string> {
  const first = (await ada.get("/admin/managers?search=j%C3%BCrgen+de&role=member&status=active&sort=-email")).text;
  return turn(first, "Next page")?.replace(/page=2-\d+$/, "page=2") ?? "";
}
/** The second such link; the first is in the menu. */
const backOf = (html: string): string | undefined => linksTo(html, "Managers")[1];
const open = async (address: string | undefined): Promise<string> => (await ada.get(address ?? "")).text;
const nameOf = (html: string): string => headings(html, 1)[0] ?? "";

describe("the way back to the filtered list is kept", () => {
  let list: string;
  let profile: string;
  let name: string;
  beforeAll(async () => {
    list = await secondPage();
    expect(list).toMatch(/&page=/);
    const rows = [...(await open(list)).matchAll(/<a id="p\d+" href="([^"]+)"><bdi>([^<]+)/g)];
    expect(rows).toHaveLength(50);
    [, profile = "", name = ""] = rows[7] ?? [];
  });

  test("on the profile", async () => {
    const html = await open(profile);
    expect(nameOf(html)).toBe(name);
    expect(backOf(html)).toBe(list);
    expect(await open(backOf(html))).toContain(`<bdi>${name}</bdi>`);
  });

  test.each([
    ["Personal Information", { lastName: "de la Tour d’Or" }, { lastName: "" }],
    ["Roles and Permissions", { role: "member" }, { role: "king" }],
    [
      "Password",
      { password: "copper-lantern-drifting-88", confirmPassword: "copper-lantern-drifting-88" },
      { password: "x" },
    ],
  ])("after %s was refused and saved", async (heading, right, wrong) => {
    const edit = linkTo(section(await open(profile), heading), "Edit") ?? "";
    expect(linkTo(await open(edit), name)).toBe(profile);
    expect(linkTo(await open(edit), "Cancel")).toBe(profile);
    const refused = await ada.submit(edit, wrong);
    expect([refused.status, linkTo(refused.text, "Cancel")]).toEqual([422, profile]);
    const saved = await ada.submit(edit, right);
    expect([saved.status, saved.headers.location]).toEqual([303, profile]);
    const html = await open(saved.headers.location);
    expect(backOf(html)).toBe(list);
    name = nameOf(html);
  });

  test("through the link Deactivate in the table", async () => {
    const action = `${profile.split("?")[0]}/status?${profile.split("?")[1]}`;
    expect(linksTo(await open(list), "Deactivate")).toContain(action);
    const saved = await ada.submit(action, {});
    expect(saved.headers.location).toBe(profile);
    await ada.submit(action, {});
  });

  test("after a photo was refused, and after a key was generated and revoked", async () => {
    const [path, trail] = profile.split("?");
    const photo = `${path}/photo?${trail}`;
    expect(await open(profile)).toContain(`action="${photo}"`);
    const refused = await ada.agent.post(photo).field("_csrf", await ada.token(profile));
    expect([refused.status, backOf(refused.text)]).toEqual([422, list]);
    const made = await ada.submit(profile, {}, { action: `${path}/api-keys?${trail}` });
    expect([titleOf(made.text), linkTo(made.text, "Done")]).toEqual(["New API key – Roster", `${profile}#api-keys`]);
    const revoke = linkTo(await open(profile), "Revoke") ?? "";
    expect((await ada.submit(revoke, {})).headers.location).toBe(profile);
  });

  test("while Roster asks for your password", async () => {
    await roster.db("sessions").update({ password_confirmed_at: "2026-01-01T00:00:00.000Z" });
    const edit = linkTo(section(await open(profile), "Password"), "Edit") ?? "";
    const asked = await ada.submit(edit, {
      password: "copper-lantern-drifting-88",
      confirmPassword: "copper-lantern-drifting-88",
    });
    expect([asked.status, linkTo(asked.text, "Cancel")]).toEqual([403, edit]);
    ada = await logIn(roster, "ada");
  });

  test("for a user created from the list", async () => {
    const create = linkTo(await open(list), "Create user") ?? "";
    expect(backOf(await open(create))).toBe(list);
    const saved = await ada.submit(create, {
      firstName: "Noor",
      lastName: "New",
      email: `noor${Date.now()}@example.com`,
      password: "copper-lantern-drifting-88",
      confirmPassword: "copper-lantern-drifting-88",
    });
    expect(backOf(await open(saved.headers.location))).toBe(list);
  });
});

test("two tabs with two lists each keep their own way back", async () => {
  const { mia } = roster.people;
  const [one, two] = await Promise.all(
    ["?search=mia", "?status=active&sort=-name"].map(async (filters) => {
      const html = await open(`/admin/managers${filters}`);
      return { filters, profile: linkTo(html, "Mia Zoë-Núñez") ?? linksTo(html, "Ada Lovelace")[0] };
    }),
  );
  for (const tab of [one, two, one]) expect(backOf(await open(tab?.profile))).toBe(`/admin/managers${tab?.filters}`);
  expect(one?.profile).toBe(`/admin/managers/${mia.id}?list=....mia`);
});

test("the way back keeps every character of a search", async () => {
  await addUsers(roster.deps, [{ email: "odd@example.com", firstName: `Jürgen D'.&"`, lastName: "Odd" }]);
  const html = await open(`/admin/managers${query}`);
  expect(backOf(await open(linksTo(html, `Jürgen D'.&" Odd`)[0]))).toBe(`/admin/managers${query}`);
});

test("a list without filters adds nothing to addresses", async () => {
  const { mia } = roster.people;
  const html = await open("/admin/managers?search=&role=&status=");
  expect(linkTo(html, "Create user")).toBe("/admin/managers/new");
  expect(html).not.toContain("?list=");
  const profile = await open(`/admin/managers/${mia.id}`);
  expect(profile).not.toContain("?list=");
  expect(backOf(profile)).toBe("/admin/managers");
});

test.each(["https://evil.example/", "//evil.example", "ad.zz.%00.-1.%0d%0aSet-Cookie:x", `....${"x".repeat(3_000)}`])(
  "a manipulated way back, %s, leads only to the list",
  async (list) => {
    const { mia } = roster.people;
    const profile = `/admin/managers/${mia.id}?list=${encodeURIComponent(list)}`;
    const back = new URL(backOf(await open(profile)) ?? "", roster.url);
    expect([back.origin, back.pathname]).toEqual([roster.url, "/admin/managers"]);
    expect((await ada.get(back.pathname + back.search)).status).toBe(200);
    const saved = await ada.submit(`/admin/managers/${mia.id}/role?list=${encodeURIComponent(list)}`, {});
    const to = new URL(saved.headers.location ?? "", roster.url);
    expect([saved.status, to.origin, to.pathname]).toEqual([303, roster.url, `/admin/managers/${mia.id}`]);
  },
);
