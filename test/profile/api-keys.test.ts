import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { buttons, headings, linksTo, linkTo, section, tables, words } from "../support/html.ts";
import { askMe, generateKey, withKey } from "../support/keys.ts";
import { addUser, type Person } from "../support/people.ts";
import { everything, historyOf } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let count = 0;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
afterAll(() => roster.close());

const plan = (name: string) => roster.db("organizations").where({ name: "Acme" }).update({ plan: name });
const status = async (key: string) => (await askMe(roster, withKey(key))).status;

describe.each(["manager", "member"] as const)("a %s", (role) => {
  let person: Person;
  let visitor: Visitor;

  beforeEach(async () => {
    person = await addUser(roster.deps, { email: `${role}${++count}@example.com`, role });
    visitor = await logIn(roster, person);
  });

  const part = async () => section((await visitor.get("/profile")).text, "API keys");

  test("without keys sees no key, whom to ask for one, and no way to make one", async () => {
    expect(words(await part())).toContain("No API keys.");
    expect(words(await part())).toContain("Ask an Admin of your organization for one.");
    expect(buttons(await part())).toEqual([]);
  });

  test("sees only their own keys, with Revoke and nothing else", async () => {
    const key = await generateKey(ada, person, "Mine");
    await generateKey(ada, roster.people.max, `Not of ${role}`);
    const html = await part();
    expect(tables(html)[0]?.map((row) => [row[0], row[4]])).toEqual([
      [expect.stringMatching(`^Mine ${key.slice(0, 11)}… created \\d\\d:\\d\\d$`), "Revoke"],
    ]);
    expect([buttons(html), linkTo(html, "Rotate"), html.includes("<form")]).toEqual([[], undefined, false]);
    expect(linksTo(html, "Revoke")).toEqual([expect.stringMatching(/^\/profile\/api-keys\/\d+\/revoke$/)]);
  });

  test("revokes their own key on a page that confirms it, and the key stops immediately and stays listed", async () => {
    const key = await generateKey(ada, person, "Mine");
    const other = await generateKey(ada, person, "Kept");
    const address = linksTo(await part(), "Revoke")[1] ?? "";
    const before = await everything(roster);
    const { text } = await visitor.get(address);
    expect(headings(text, 1)).toEqual(["Revoke the key “Mine”?"]);
    expect(words(text)).toContain("This can’t be undone, but an Admin of your organization can generate a new key.");
    expect([linkTo(text, "Cancel"), linkTo(text, "Your page")]).toEqual(["/profile#api-keys", "/profile"]);
    expect(await everything(roster)).toEqual(before);
    expect((await visitor.post(address)).status).toBe(403);
    expect(await status(key)).toBe(200);

    const answer = await visitor.post(address, formFields(text));
    expect([answer.status, answer.headers.location]).toEqual([303, "/profile"]);
    const html = (await visitor.get("/profile")).text;
    expect(words(html)).toContain("Key revoked.");
    expect(tables(section(html, "API keys"))[0]?.map((row) => row.slice(3))).toEqual([
      [expect.stringMatching(/^\d/), "Revoke"],
      [expect.stringMatching(/^Revoked \d\d:\d\d$/), ""],
    ]);
    expect([await status(key), await status(other)]).toEqual([401, 200]);
    expect(await historyOf(roster, person, "api-key.revoked")).toEqual([
      { action: "api-key.revoked", by: person.id, changes: { name: { before: "Mine", after: null } } },
    ]);
  });

  test("gets 404 for other people's keys and for invalid numbers", async () => {
    const key = await generateKey(ada, roster.people.ada, `Admin's, from ${role}`);
    const { id } = await roster.db("api_keys").where({ user_id: roster.people.ada.id }).orderBy("id", "desc").first();
    const _csrf = await visitor.token("/profile");
    for (const keyId of [id, 999_999, `${id}x`, "0", "%00"]) {
      expect((await visitor.get(`/profile/api-keys/${keyId}/revoke`)).status).toBe(404);
      expect((await visitor.post(`/profile/api-keys/${keyId}/revoke`, { _csrf })).status).toBe(404);
    }
    expect(await status(key)).toBe(200);
  });

  test("cannot make a key at any address", async () => {
    const _csrf = await visitor.token("/profile");
    const fields = { _csrf, name: "Key 1", scope: "write", lifetime: "never" };
    const addresses = [
      ["/profile/api-keys", 404],
      [`/admin/managers/${person.id}/api-keys`, 403],
    ] as const;
    for (const [address, answer] of addresses) expect((await visitor.post(address, fields)).status).toBe(answer);
    expect(await roster.db("api_keys").where({ user_id: person.id })).toEqual([]);
  });

  test("still sees and revokes their own keys on the free plan", async () => {
    const key = await generateKey(ada, person, "Old times");
    await plan("free");
    try {
      const html = await part();
      expect(words(html)).toContain("API keys are a Pro feature");
      expect(tables(html)[0]?.[0]?.[0]).toContain("Old times");
      expect((await visitor.submit(linkTo(html, "Revoke") ?? "", {})).status).toBe(303);
    } finally {
      await plan("pro");
    }
    expect(await status(key)).toBe(401);
  });
});

test("an Admin can revoke their own key at the address under /profile, and returns to their own User profile", async () => {
  const { ada: person } = roster.people;
  const key = await generateKey(ada, person, "Ada's");
  const { id } = await roster.db("api_keys").where({ user_id: person.id }).orderBy("id", "desc").first();
  expect((await ada.submit(`/profile/api-keys/${id}/revoke`, {})).headers.location).toBe("/profile");
  expect((await ada.get("/profile")).headers.location).toBe(`/admin/managers/${person.id}`);
  expect(words((await ada.get(`/admin/managers/${person.id}`)).text)).toContain("Key revoked.");
  expect(await status(key)).toBe(401);
});
