import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { knownVisitor, passTime, triesFor, tryLogIn } from "../support/guessing.ts";
import { buttons, headings, linkTo, section, words } from "../support/html.ts";
import { password } from "../support/people.ts";
import { everything, historyOf, strangersAnswers } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
beforeEach(() => roster.db("throttles").del());
afterAll(() => roster.close());

const profile = ({ id }: { id: number | string }): string => `/admin/managers/${id}`;
const address = (person: { id: number | string }): string => `${profile(person)}/unlock`;
const extraSettings = async (person: { id: number }): Promise<string> =>
  section((await ada.get(profile(person))).text, "Extra Settings");

test("the link is on the profile while log-ins are being held back, with the wait, and only then", async () => {
  const { mia, max } = roster.people;
  await triesFor(roster, mia.email, 4);
  expect(linkTo(await extraSettings(mia), "Unlock")).toBeUndefined();
  await triesFor(roster, mia.email, 1);
  expect(linkTo(await extraSettings(mia), "Unlock")).toBe(address(mia));
  expect(words(await extraSettings(mia))).toContain("The next try may come in a minute.");
  expect(linkTo(await extraSettings(max), "Unlock")).toBeUndefined();
  await passTime(roster, 60_000);
  expect(words(await extraSettings(mia))).toContain("The next try may come now");
  await tryLogIn(roster, mia.email, password);
  expect(linkTo(await extraSettings(mia), "Unlock")).toBeUndefined();
});

test("the page that asks names the person and the way back, and changes nothing", async () => {
  const { mia } = roster.people;
  await triesFor(roster, mia.email, 5);
  const before = [await everything(roster), await roster.db("throttles")];
  const { text } = await ada.get(address(mia));
  expect(headings(text, 1)).toEqual(["Unlock Mia Zoë-Núñez?"]);
  expect(buttons(text)).toContain("Unlock");
  expect(linkTo(text, "Cancel")).toBe(profile(mia));
  expect([await everything(roster), await roster.db("throttles")]).toEqual(before);
});

test("unlocking lets every browser try again at once, is in history, and twice is once", async () => {
  const { mia, ada: admin } = roster.people;
  const owner = await knownVisitor(roster, mia);
  await triesFor(roster, mia.email, 6, owner);
  await triesFor(roster, mia.email, 6);
  for (let i = 0; i < 2; i++) {
    const answer = await ada.submit(address(mia), {});
    expect([answer.status, answer.headers.location]).toEqual([303, profile(mia)]);
  }
  expect(words((await ada.get(profile(mia))).text)).toContain("No log-ins of this user were being held back.");
  const unlocked = { action: "account.unlocked", by: admin.id, changes: {} };
  expect(await historyOf(roster, mia, "account.unlocked")).toEqual([unlocked]);
  expect(await tryLogIn(roster, mia.email, password, owner)).toBe(303);
  expect(await tryLogIn(roster, mia.email, password)).toBe(303);
});

test("it leaves other people's and the network's count alone", async () => {
  await triesFor(roster, "max@example.com", 5);
  await triesFor(roster, "mia@example.com", 5);
  await ada.submit(address(roster.people.mia), {});
  expect(await tryLogIn(roster, "max@example.com", password)).toBe(429);
  expect(await roster.db("throttles").where({ key: "network:127.0.0.1" }).first("count")).toEqual({ count: 11 });
});

test("another organization's user does not exist", async () => {
  await triesFor(roster, "eve@example.com", 5);
  expect(await strangersAnswers(roster, ada, (id) => address({ id }))).toEqual([404]);
  expect(await tryLogIn(roster, "eve@example.com", password)).toBe(429);
});
