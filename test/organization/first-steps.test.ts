import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { headings, linkTo, section, words } from "../support/html.ts";
import { isOnPostgres } from "../support/postgres.ts";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  await roster.db("organizations").update({ shows_first_steps: true });
});
afterAll(() => roster.close());

const page = "/admin/organization/first-steps";
/** The card above Managers up to the page's heading. */
const card = async (visitor: Visitor): Promise<string> =>
  section((await visitor.get("/admin/managers")).text, "First steps").split("<h1")[0] ?? "";

test("the first steps link to where each is done, and are checked off by what is true", async () => {
  const eve = await logIn(roster, "eve");
  const before = await card(eve);
  const backups = isOnPostgres ? "" : " Turn on backups";
  expect(words(before)).toBe(
    `First steps Hide Create a user Set up a second factor Connect a mail server Set the public address${backups}`,
  );
  expect(linkTo(before, "Create a user")).toBe("/admin/managers/new");
  expect(linkTo(before, "Set up a second factor")).toBe("/profile/second-factor");
  expect(linkTo(before, "Connect a mail server")).toBe(`${page}#mail`);

  expect(words(await card(ada))).toContain("Create a user (done) Set up a second factor Connect");
  const done = { SMTP_URL: "smtp://127.0.0.1:1", BASE_URL: "https://roster.example.com", BACKUP_DIR: roster.dataDir };
  const config = { ...roster.deps.config, smtpUrl: done.SMTP_URL, backupDir: done.BACKUP_DIR };
  const { url, close } = await startSecondServer(
    roster,
    {},
    { config: { ...config, baseUrl: roster.url }, baseUrlGiven: true },
  );
  const there = await logIn({ ...roster, url }, "ada");
  expect(words(await card(there)).match(/\(done\)/g)).toHaveLength(isOnPostgres ? 3 : 4);
  await giveSecondFactor(roster, roster.people.ada);
  expect(await card(there)).toBe("");
  await roster.db("second_factors").del();
  await close();
});

test("the page of the first steps says how to make the settings of the server", async () => {
  const { text } = await ada.get(page);
  const backups = isOnPostgres ? [] : ["Turn on backups"];
  expect(headings(text, 2).slice(-2 - backups.length)).toEqual([
    "Connect a mail server",
    "Set the public address",
    ...backups,
  ]);
  expect(words(text)).toContain("SMTP_URL=smtps://user:password@mail.example.com");
});

test("hiding the first steps hides them for the whole organization, with one row of history", async () => {
  const answer = await ada.submit("/admin/managers", {}, { action: page });
  expect([answer.status, answer.headers.location]).toEqual([303, "/admin/managers"]);
  expect(words((await ada.get("/admin/managers")).text)).toContain("First steps are hidden.");
  expect(await card(ada)).toBe("");
  await ada.submit("/admin/organization", {}, { action: page });
  const rows = await roster.db("activity").where({ action: "first-steps.hidden" });
  expect(rows).toEqual([expect.objectContaining({ actor_id: roster.people.ada.id, subject_id: null })]);
  expect(await card(await logIn(roster, "eve"))).not.toBe("");
});
