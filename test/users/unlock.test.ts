import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { afterResponseSettled } from "../../src/platform/run-after-response.ts";
import { knownVisitor, passTime, triesFor, tryLogIn } from "../support/guessing.ts";
import { buttons, headings, linksTo, linkTo, words } from "../support/html.ts";
import { addUser, giveResetLink, type Person, password } from "../support/people.ts";
import { everything, historyOf, statusesForOthers } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { type Factor, giveSecondFactor, wrongCode } from "../support/second-factor.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

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
/** From the name to the section Profile. */
const heading = async (person: { id: number }): Promise<string> =>
  /<h1[\s\S]*?(?=<h2)/.exec((await ada.get(profile(person))).text)?.[0] ?? "";

test("the profile links to unlocking while the user is locked, with the wait, and only then", async () => {
  const { mia, max } = roster.people;
  await triesFor(roster, mia.email, 4);
  expect(linkTo(await heading(mia), "Unlock")).toBeUndefined();
  await triesFor(roster, mia.email, 1);
  expect(linkTo(await heading(mia), "Unlock")).toBe(address(mia));
  expect(words(await heading(mia))).toContain(
    "Member Active Locked Has never logged in Locked after too many wrong pass",
  );
  expect(words(await heading(mia))).toContain("Can try again in 1 minute.");
  expect(linkTo(await heading(max), "Unlock")).toBeUndefined();
  await passTime(roster, 60_000);
  expect(words(await heading(mia))).toContain("Can try again now, but another wrong one locks it for longer.");
  await tryLogIn(roster, mia.email, password);
  expect(linkTo(await heading(mia), "Unlock")).toBeUndefined();
});

test("the list shows who is locked, in any browser or by codes, and leads to unlocking", async () => {
  const { mia, max } = roster.people;
  const owner = await knownVisitor(roster, max);
  await triesFor(roster, mia.email, 5);
  await triesFor(roster, max.email, 5, owner);
  const { text } = await ada.get("/admin/managers");
  expect(linksTo(text, "Unlock").toSorted()).toEqual([address(max), address(mia)].toSorted());
  expect(words(text).match(/Active Locked/g)).toHaveLength(2);
});

test("the page that unlocks names the person, has a way back, and changes nothing", async () => {
  const { mia } = roster.people;
  await triesFor(roster, mia.email, 5);
  await afterResponseSettled();
  const before = [await everything(roster), await roster.db("throttles")];
  const { text } = await ada.get(address(mia));
  expect(headings(text, 1)).toEqual(["Unlock Mia Zoë-Núñez?"]);
  expect(buttons(text)).toContain("Unlock");
  expect(linkTo(text, "Cancel")).toBe(profile(mia));
  expect([await everything(roster), await roster.db("throttles")]).toEqual(before);
});

test("unlocking lets every browser try again immediately and writes history, once if it is done twice", async () => {
  const { mia, ada: admin } = roster.people;
  const owner = await knownVisitor(roster, mia);
  await triesFor(roster, mia.email, 6, owner);
  await triesFor(roster, mia.email, 6);
  for (let i = 0; i < 2; i++) {
    const answer = await ada.submit(address(mia), {});
    expect([answer.status, answer.headers.location]).toEqual([303, profile(mia)]);
  }
  expect(words((await ada.get(profile(mia))).text)).toContain("This user was not locked.");
  const unlocked = { action: "account.unlocked", by: admin.id, changes: {} };
  expect(await historyOf(roster, mia, "account.unlocked")).toEqual([unlocked]);
  expect(await tryLogIn(roster, mia.email, password, owner)).toBe(303);
  expect(await tryLogIn(roster, mia.email, password)).toBe(303);
});

describe("a user who entered too many wrong codes", () => {
  const page = "/second-factor";
  const chosen = { password: "copper lantern drizzle", confirmPassword: "copper lantern drizzle" };
  const sentence = "Locked after too many wrong codes. Can try again in 1 minute.";
  const fiveWrong = async (visitor: Visitor, at: string, fields = {}): Promise<void> => {
    for (let i = 0; i < 5; i++)
      expect((await visitor.submit(at, { ...fields, code: wrongCode(phone.secret) })).status).toBe(422);
  };
  let zoe: Person;
  let phone: Factor;
  beforeEach(async () => {
    zoe = await addUser(roster.deps, { email: `zoe-${randomUUID()}@example.com` });
    phone = await giveSecondFactor(roster, zoe);
  });

  test("is shown as locked to Admins and to the user, and unlocking resets the tries at the log-in, on a link and in a session", async () => {
    const owner = await logIn(roster, zoe);
    expect((await owner.submit(page, { code: await phone.code() })).status).toBe(303);
    expect(words(await heading(zoe))).not.toContain("Locked");
    const stranger = await logIn(roster, zoe);
    await fiveWrong(stranger, page);
    expect(words(await heading(zoe))).toContain(sentence);
    expect(words((await owner.get("/profile")).text)).toContain(
      `${sentence} If this wasn’t you, someone knows your password`,
    );
    expect(words((await ada.get(address(zoe))).text)).toContain(sentence);
    const link = await giveResetLink(roster, zoe);
    await fiveWrong(visit(roster), link, chosen);
    await fiveWrong(owner, "/profile/second-factor/turn-off");
    expect((await stranger.submit(page, { code: await phone.code() })).status).toBe(429);
    expect((await ada.submit(address(zoe), {})).status).toBe(303);
    expect(await roster.db("throttles").whereNot("locked_until", "")).toEqual([]);
    expect(await historyOf(roster, zoe, "account.unlocked")).toHaveLength(1);
    expect((await stranger.submit(page, { code: await phone.code() })).status).toBe(303);
    expect((await owner.submit("/profile/second-factor/turn-off", { code: await phone.code() })).status).toBe(303);
  });

  test("is unlocked when the second factor is removed", async () => {
    await fiveWrong(await logIn(roster, zoe), page);
    expect((await ada.submit(`${profile(zoe)}/second-factor`, {})).status).toBe(303);
    expect(words(await heading(zoe))).not.toContain("Locked");
    phone = await giveSecondFactor(roster, zoe);
    expect((await (await logIn(roster, zoe)).submit(page, { code: await phone.code() })).status).toBe(303);
  });
});

test("unlocking keeps the counts of other users and of the network", async () => {
  await triesFor(roster, "max@example.com", 5);
  await triesFor(roster, "mia@example.com", 5);
  await ada.submit(address(roster.people.mia), {});
  expect(await tryLogIn(roster, "max@example.com", password)).toBe(429);
  expect(await roster.db("throttles").where({ key: "network:127.0.0.1" }).first("count")).toEqual({ count: 11 });
});

test("the page that unlocks answers 404 for another organization's user", async () => {
  await triesFor(roster, "eve@example.com", 5);
  expect(await statusesForOthers(roster, ada, (id) => address({ id }))).toEqual([404]);
  expect(await tryLogIn(roster, "eve@example.com", password)).toBe(429);
});
