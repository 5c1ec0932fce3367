import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { insertKey } from "../../src/api-keys/queries.ts";
import { newToken } from "../../src/platform/secrets.ts";
import { download, parseCsv } from "../support/csv.ts";
import { buttons, headings, linkTo, tables, words } from "../support/html.ts";
import { askMe, generateKey, withKey } from "../support/keys.ts";
import { everything, historyOf } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

const page = "/admin/api-keys";
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
beforeEach(() => roster.db("api_keys").del());
afterAll(() => roster.close());

/** A key of this person, with these columns. @returns its ID */
async function addKey(owner: "ada" | "mia" | "ian" | "eve", name: string, columns: object = {}): Promise<number> {
  const userId = roster.people[owner].id;
  const key = { userId, name, key: `roster_${newToken()}`, createdBy: userId, lifetimeDays: 90 };
  const id = await roster.db.transaction((trx) => insertKey(trx, { ...key, scope: "read" }));
  await roster
    .db("api_keys")
    .where({ id })
    .update({ name, ...columns });
  return id;
}

const namesOn = async (query = ""): Promise<(string | undefined)[]> =>
  (tables((await ada.get(page + query)).text)[0] ?? []).map((row) => row[1]?.replace(/ \S+…$/, ""));
const names = (csv: string): (string | undefined)[] =>
  parseCsv(csv)
    .slice(1)
    .map(([, name]) => name);

test("Main Menu leads to every key of the organization, newest first, each with its owner, and to nobody else's", async () => {
  await addKey("mia", "Robot", { expires_at: null, last_used_at: inDays(-2) });
  await addKey("eve", "Elsewhere");
  await addKey("ian", "Paused");
  await addKey("mia", "Lost", { revoked_at: inDays(0) });
  const { text } = await ada.get(linkTo((await ada.get("/admin/managers")).text, "API keys") ?? "");
  expect(headings(text, 1)).toEqual(["API keys"]);
  const rows = tables(text)[0] ?? [];
  expect(rows.map(([, name, owner, scope]) => [name?.split(" ")[0], owner, scope])).toEqual([
    ["Lost", "Mia Zoë-Núñez", "Read"],
    ["Paused", "Ian Idle Inactive", "Read"],
    ["Robot", "Mia Zoë-Núñez", "Read"],
  ]);
  expect(rows[2]?.at(-1)).toBe("Never");
  expect(rows[0]?.at(-1)).toMatch(/^Revoked \d\d:\d\d$/);
  expect(linkTo(text, "Ian Idle")).toBe(`/admin/managers/${roster.people.ian.id}#api-keys`);
  expect(text.match(/<input type="checkbox"[^>]*>/g)?.map((box) => /aria-label="([^"]*)"/.exec(box)?.[1])).toEqual([
    "Select Paused of Ian Idle",
    "Select Robot of Mia Zoë-Núñez",
  ]);
});

test("each filter keeps the keys that still work and match it, on the page and in its CSV export", async () => {
  const used = { last_used_at: inDays(-1) };
  await addKey("mia", "Busy", used);
  await addKey("mia", "Fresh", {});
  await addKey("mia", "Asleep", { last_used_at: inDays(-91) });
  await addKey("mia", "Forgotten", { created_at: inDays(-91) });
  await addKey("mia", "Ending", { ...used, expires_at: inDays(6.9) });
  await addKey("mia", "Replaced", { ...used, expires_at: inDays(0.5), replaced_by: await addKey("mia", "New", used) });
  await addKey("ian", "Idle’s", used);
  for (const gone of [{ revoked_at: inDays(-1) }, { expires_at: inDays(-1) }])
    await addKey("ian", "Gone", { ...gone, created_at: inDays(-100) });

  const found: Record<string, unknown> = {};
  for (const filter of ["never-used", "unused-90-days", "expires-7-days", "owner-inactive"]) {
    found[filter] = await namesOn(`?filter=${filter}`);
    const link = linkTo((await ada.get(`${page}?filter=${filter}`)).text, "Export as CSV") ?? "";
    expect(names((await download(ada, link)).body)).toEqual(found[filter]);
  }
  expect(found).toEqual({
    "never-used": ["Forgotten", "Fresh"],
    "unused-90-days": ["Forgotten", "Asleep"],
    "expires-7-days": ["Ending"],
    "owner-inactive": ["Idle’s"],
  });
  expect(await namesOn("?filter=nonsense")).toHaveLength(10);
  expect(await namesOn("?filter=never-used&filter=owner-inactive&before=x")).toHaveLength(10);
});

test("the list has pages of 50, whose links keep the filter, and its export has all of them", async () => {
  for (let n = 0; n < 51; n += 1) await addKey("mia", `K${n}`);
  const first = (await ada.get(`${page}?filter=never-used`)).text;
  expect([tables(first)[0]?.length, linkTo(first, "Previous page")]).toEqual([50, undefined]);
  const second = (await ada.get(linkTo(first, "Next page") ?? "")).text;
  expect(tables(second)[0]?.map((row) => row[1]?.split(" ")[0])).toEqual(["K0"]);
  expect(linkTo(second, "Next page")).toBe(undefined);
  const again = (await ada.get(linkTo(second, "Previous page") ?? "")).text;
  expect(tables(again)[0]?.map((row) => row[1]?.split(" ")[0])).toContain("K1");
  const { body, headers } = await download(ada, `${page}/export.csv?before=1`);
  expect(headers["content-disposition"]).toMatch(/filename=api-keys-/);
  expect(body.split("\r\n")[0]).toBe(
    "\u{feff}id,name,start,scope,owner_id,owner_email,owner_first_name,owner_last_name,owner_status,created_at,last_used_at,last_used_address,expires_at,revoked_at,replaced_by",
  );
  expect(names(body)).toHaveLength(51);
});

test("an empty list says what to do next, and the free plan that all keys are paused", async () => {
  expect(words((await ada.get(page)).text)).toContain("No API keys yet. Generate one on a user’s profile.");
  const filtered = (await ada.get(`${page}?filter=never-used`)).text;
  expect(words(filtered)).toContain("No API key matches this filter.");
  expect(linkTo(filtered, "Show all API keys")).toBe(page);
  expect(words((await ada.get(`${page}?before=1`)).text)).toContain("No API keys on this page.");
  await addKey("eve", "Paused");
  const free = words((await (await logIn(roster, "eve")).get(page)).text);
  expect(free).toContain("All of these keys are paused, because this organization is on the free plan.");
  expect(free).toContain("Ask the person who runs Roster to change the plan.");
});

test("revoking the selected keys asks first, then revokes them together, with a history row for each owner", async () => {
  const key = await generateKey(ada, roster.people.mia, "Robot");
  const { id: robot } = await roster.db("api_keys").first("id");
  const [mine, late, gone] = [
    await addKey("ada", "Mine"),
    await addKey("mia", "Late"),
    await addKey("mia", "Gone", { revoked_at: inDays(-1) }),
  ];
  const elsewhere = await addKey("eve", "Elsewhere");
  const ids = [robot, mine, late, gone, elsewhere, 999_999];
  const address = `${page}/revoke-selected?filter=never-used&${ids.map((id) => `key=${id}`).join("&")}`;
  const before = await everything(roster);
  const { text } = await ada.get(address);
  expect(headings(text, 1)).toEqual(["Revoke these 3 API keys?"]);
  expect(words(text)).toContain(`“Robot” (${key.slice(0, 11)}…) of Mia Zoë-Núñez`);
  expect(words(text)).toMatch(/“Gone” \(\S+\) of Mia Zoë-Núñez was already revoked\./);
  expect(words(text)).not.toContain("Elsewhere");
  expect(linkTo(text, "Cancel")).toBe(`${page}?filter=never-used`);
  expect(buttons(text)).toContain("Revoke");
  expect(await everything(roster)).toEqual(before);

  await roster
    .db("api_keys")
    .where({ id: late })
    .update({ revoked_at: inDays(0) });
  const answer = await ada.post(address, formFields(text));
  expect([answer.status, answer.headers.location]).toEqual([303, `${page}?filter=never-used`]);
  expect(words((await ada.get(page)).text)).toContain(
    "2 API keys revoked. 2 more were left out, because they had expired or were already revoked.",
  );
  expect((await askMe(roster, withKey(key))).status).toBe(401);
  const revoked = { action: "api-key.revoked", by: roster.people.ada.id };
  expect(await historyOf(roster, roster.people.mia, "api-key.revoked")).toEqual([
    { ...revoked, changes: { name: { before: "Robot", after: null } } },
  ]);
  expect(await historyOf(roster, roster.people.ada, "api-key.revoked")).toEqual([
    { ...revoked, changes: { name: { before: "Mine", after: null } } },
  ]);
  expect(await roster.db("api_keys").where({ id: elsewhere }).first("revoked_at")).toEqual({ revoked_at: null });

  const nothingLeft = await ada.submit(address, { _csrf: await ada.token("/admin/organization") });
  expect([nothingLeft.status, words(nothingLeft.text).includes("None of these keys works anymore")]).toEqual([
    422,
    true,
  ]);
});

test("revoking without a selection says so, and an address that no page of ours has is refused", async () => {
  const { status, text } = await ada.get(`${page}/revoke-selected`);
  expect([status, words(text).includes("select at least one")]).toEqual([200, true]);
  const many = Array.from({ length: 51 }, (_, n) => `key=${n + 1}`).join("&");
  for (const query of ["key=0", "key=1e1", "key=", "key=-1", many])
    expect((await ada.get(`${page}/revoke-selected?${query}`)).status).toBe(400);
});
