import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { buttons, headings, linkTo, section, tables, words } from "../support/html.ts";
import { askMe, generateKey, withKey } from "../support/keys.ts";
import { everything, historyOf, statusesForOthers } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let key: string;
let address: string;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  key = await generateKey(ada, roster.people.mia, "Old robot");
  address = linkTo(await part(), "Revoke") ?? "";
});
afterAll(() => roster.close());

const profile = (name: "mia" | "max" | "eve" = "mia"): string => `/admin/managers/${roster.people[name].id}`;
const part = async () => section((await ada.get(profile())).text, "API keys");
const keyId = () => address.split("/").at(-2);

test("the page that confirms revoking names the key, says what will happen, and changes nothing", async () => {
  const before = await everything(roster);
  const { text } = await ada.get(address);
  expect(headings(text, 1)).toEqual(["Revoke the key “Old robot”?"]);
  expect(words(text)).toContain(`${key.slice(0, 11)}…`);
  expect(buttons(text)).toContain("Revoke");
  expect(linkTo(text, "Cancel")).toMatch(new RegExp(`^${profile()}(?:#|$)`));
  expect(await everything(roster)).toEqual(before);
  expect((await askMe(roster, withKey(key))).status).toBe(200);
});

test("revoking answers 404 for a key of another user or organization and for one that does not exist", async () => {
  expect((await ada.get(`${profile("max")}/api-keys/${keyId()}/revoke`)).status).toBe(404);
  expect((await ada.get(`${profile()}/api-keys/999999/revoke`)).status).toBe(404);
  expect((await ada.get(`${profile()}/api-keys/${keyId()}x/revoke`)).status).toBe(404);
  expect(await statusesForOthers(roster, ada, (id) => `/admin/managers/${id}/api-keys/${keyId()}/revoke`)).toEqual([
    404,
  ]);
  const eve = await logIn(roster, "eve");
  const _csrf = await eve.token("/admin/organization");
  for (const path of [address, `${profile("eve")}/api-keys/${keyId()}/revoke`])
    expect((await eve.post(path, { _csrf })).status).toBe(404);
  expect((await askMe(roster, withKey(key))).status).toBe(200);
});

test("revoking without a token changes nothing", async () => {
  expect((await ada.post(address)).status).toBe(403);
  expect((await askMe(roster, withKey(key))).status).toBe(200);
});

test("revoking stops the key immediately, writes history, shows a notice, and keeps the key in the list", async () => {
  const other = await generateKey(ada, roster.people.mia, "New robot");
  const opened = formFields((await ada.get(address)).text);
  const answer = await ada.post(address, opened);
  expect([answer.status, answer.headers.location]).toEqual([303, profile()]);
  expect(words((await ada.get(profile())).text)).toContain("Key revoked.");
  expect((await askMe(roster, withKey(key))).status).toBe(401);
  expect((await askMe(roster, withKey(other))).status).toBe(200);
  const rows = tables(await part())[0];
  expect(rows?.map(([name]) => name?.slice(0, 9))).toEqual(["New robot", "Old robot"]);
  expect(rows?.map((row) => row.at(-1))).toEqual(["Rotate Revoke", ""]);
  expect(rows?.[1]?.at(-2)).toMatch(/^Revoked \d\d:\d\d$/);

  expect((await ada.post(address, opened)).status).toBe(303);
  expect(await historyOf(roster, roster.people.mia, "api-key.revoked")).toEqual([
    {
      action: "api-key.revoked",
      by: roster.people.ada.id,
      changes: { name: { before: "Old robot", after: null } },
    },
  ]);
});

test("the name of a revoked key is free again", async () => {
  await generateKey(ada, roster.people.mia, "Old robot");
  expect((await askMe(roster, withKey(key))).status).toBe(401);
});
