import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { buttons, errorsOf, headings, linkTo, section, words } from "../support/html.ts";
import { outbox } from "../support/outbox.ts";
import { addUser, type Person } from "../support/people.ts";
import { historyOf, statusesForOthers } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let zoe: Person;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
beforeEach(async () => {
  zoe = await addUser(roster.deps, { email: `zoe${performance.now()}@example.com`.replace(/\.(?=\d)/, "-") });
  await giveSecondFactor(roster, zoe);
});
afterAll(() => roster.close());

const profile = ({ id }: { id: number | string }): string => `/admin/managers/${id}`;
const page = (person: { id: number | string }): string => `${profile(person)}/second-factor`;
const has = async ({ id }: Person): Promise<boolean> =>
  (await roster.db("second_factors").where({ user_id: id })).length === 1;

test("the page that removes a second factor is linked on the profile and changes nothing before it is confirmed", async () => {
  const card = section((await ada.get(profile(zoe))).text, "Second factor");
  expect(linkTo(card, "Remove")).toBe(page(zoe));
  expect([linkTo(card, "Turn off"), linkTo(card, "Make new ones")]).toEqual([undefined, undefined]);
  const { text } = await ada.get(page(zoe));
  expect(headings(text, 1)).toEqual(["Remove the second factor of Some Body?"]);
  expect([buttons(text).includes("Remove"), linkTo(text, "Cancel")]).toEqual([true, `${profile(zoe)}#second-factor`]);
  expect(await has(zoe)).toBe(true);
});

test("removing a second factor removes all of it, writes history, mails the user, and the password alone then logs in", async () => {
  const answer = await ada.submit(page(zoe), {});
  expect([answer.status, answer.headers.location]).toEqual([303, profile(zoe)]);
  expect((await ada.get(profile(zoe))).text).toContain("Second factor removed. The user gets an email.");
  expect([await has(zoe), await roster.db("recovery_codes").where({ user_id: zoe.id })]).toEqual([false, []]);
  const last = (await historyOf(roster, zoe)).at(-1);
  expect(last).toEqual({ action: "second-factor.removed", by: roster.people.ada.id, changes: {} });
  expect((await outbox(roster)).at(-1)).toMatchObject({
    to: zoe.email,
    subject: "The second factor of your Roster account was removed",
  });
  expect((await (await logIn(roster, zoe)).get("/profile")).status).toBe(200);
});

test("removing a second factor twice is done once, and the page says if the user has none", async () => {
  const _csrf = await ada.token(page(zoe));
  const answers = [await ada.post(page(zoe), { _csrf }), await ada.post(page(zoe), { _csrf })];
  expect(answers.map(({ status }) => status)).toEqual([303, 303]);
  expect(await historyOf(roster, zoe, "second-factor.removed")).toHaveLength(1);
  const { text } = await ada.get(page(zoe));
  expect([words(text).includes("has no second factor"), buttons(text).includes("Remove")]).toEqual([true, false]);
});

test("an Admin cannot remove their own second factor without a code", async () => {
  const { ada: me } = roster.people;
  await giveSecondFactor(roster, me);
  const answer = await ada.submit(page(me), {});
  expect([answer.status, Object.keys(errorsOf(answer.text))]).toEqual([422, ["form"]]);
  expect(await has(me)).toBe(true);
  expect(linkTo(section((await ada.get(profile(me))).text, "Second factor"), "Remove")).toBeUndefined();
});

test("an Admin cannot remove the second factor of another organization's user", async () => {
  const { eve } = roster.people;
  await giveSecondFactor(roster, eve);
  expect(await statusesForOthers(roster, ada, (id) => page({ id }))).toEqual([404]);
  expect(await has(eve)).toBe(true);
});
