import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { errorsOf, headings, linkTo, section, words } from "../support/html.ts";
import { outbox } from "../support/outbox.ts";
import { addUser, type Person } from "../support/people.ts";
import { historyOf } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { type Factor, giveSecondFactor, shownCodes, wrongCode } from "../support/second-factor.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

// What users do with their own second factor and a code: turn it off, make new recovery codes.

let roster: Roster;
let person: Person;
let phone: Factor;
let zoe: Visitor;
const turnOff = "/profile/second-factor/turn-off";
const renew = "/profile/second-factor/recovery-codes";

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(async () => {
  await roster.db("throttles").del();
  await roster.db("organizations").update({ second_factor_rule: "optional" });
  person = await addUser(roster.deps, { email: `zoe${performance.now()}@example.com`.replace(/\.(?=\d)/, "-") });
  zoe = await logIn(roster, person);
  phone = await giveSecondFactor(roster, person);
});
afterAll(() => roster.close());

const kept = async () => [
  await roster.db("second_factors").where({ user_id: person.id }).pluck("encrypted_secret"),
  await roster.db("recovery_codes").where({ user_id: person.id }).orderBy("code_hash").pluck("code_hash"),
];

test("/profile links to turning off a second factor and to new recovery codes", async () => {
  const card = section((await zoe.get("/profile")).text, "Second factor");
  expect([linkTo(card, "Turn off"), linkTo(card, "Make new ones")]).toEqual([turnOff, renew]);
  expect(headings((await zoe.get(turnOff)).text, 1)).toEqual(["Turn off your second factor?"]);
  expect(headings((await zoe.get(renew)).text, 1)).toEqual(["Make new recovery codes?"]);
});

describe("turning off a second factor", () => {
  test.each(["app", "recovery"])(
    "with a code (%s) removes all of it, writes history and sends a mail",
    async (kind) => {
      const code = kind === "app" ? await phone.code() : phone.recoveryCodes[9];
      const answer = await zoe.submit(turnOff, { code });
      expect([answer.status, answer.headers.location]).toEqual([303, "/profile"]);
      expect(words((await zoe.get("/profile")).text)).toContain("Your second factor is turned off.");
      expect(await kept()).toEqual([[], []]);
      const last = (await historyOf(roster, person)).at(-1);
      expect(last).toEqual({ action: "second-factor.disabled", by: person.id, changes: {} });
      const subjects = (await outbox(roster)).filter(({ to }) => to === person.email).map(({ subject }) => subject);
      expect(subjects).toContain("The second factor of your Roster account was turned off");
      expect((await (await logIn(roster, person)).get("/profile")).status).toBe(200);
    },
  );

  test("is refused while the organization requires one of everyone", async () => {
    await roster.db("organizations").update({ second_factor_rule: "everyone" });
    const before = await kept();
    const answer = await zoe.submit(turnOff, { code: await phone.code() });
    const reason = "Your organization requires a second factor for everyone.";
    expect([answer.status, errorsOf(answer.text).form]).toEqual([422, expect.stringContaining(reason)]);
    expect(await kept()).toEqual(before);
  });

  test("is possible for a Member while the organization requires one of Admins", async () => {
    await roster.db("organizations").update({ second_factor_rule: "admins" });
    expect((await zoe.submit(turnOff, { code: await phone.code() })).status).toBe(303);
  });
});

describe("new recovery codes", () => {
  test("are ten codes, shown once and recorded in history, that replace the old ones", async () => {
    const answer = await zoe.submit(renew, { code: await phone.code() });
    expect([answer.status, headings(answer.text, 1)]).toEqual([200, ["Your recovery codes"]]);
    const codes = shownCodes(answer.text);
    expect(new Set([...codes, ...phone.recoveryCodes]).size).toBe(20);
    expect(linkTo(answer.text, "Done")).toBe("/profile#second-factor");
    const last = (await historyOf(roster, person)).at(-1);
    expect(last).toEqual({ action: "second-factor.codes-renewed", by: person.id, changes: {} });
    const statuses: number[] = [];
    for (const code of [phone.recoveryCodes[0], codes[0]])
      statuses.push((await (await logIn(roster, person)).submit("/second-factor", { code })).status);
    expect(statuses).toEqual([422, 303]);
  });

  test("are made once if the form is sent twice at the same moment, and shown both times", async () => {
    const fields = { _csrf: await zoe.token(renew), code: await phone.code() };
    const [one, two] = await Promise.all([zoe.post(renew, fields), zoe.post(renew, fields)]);
    expect(shownCodes(one.text)).toHaveLength(10);
    expect(shownCodes(two.text)).toEqual(shownCodes(one.text));
    expect((await historyOf(roster, person, "second-factor.codes-renewed")).length).toBe(1);
  });
});

describe.each([turnOff, renew])("the page %s", (page) => {
  test("refuses a wrong code and changes nothing", async () => {
    const before = await kept();
    const wrong = wrongCode(phone.secret);
    for (const code of ["", wrong, "aaaa-bbbb-cccc-dddd-eeee-ffff"]) {
      const answer = await zoe.submit(page, { code });
      expect([answer.status, Object.keys(errorsOf(answer.text))]).toEqual([422, ["code"]]);
    }
    expect(await kept()).toEqual(before);
  });

  test("accepts five tries, then even a right code must wait", async () => {
    for (let i = 0; i < 5; i++) await zoe.submit(page, { code: wrongCode(phone.secret) });
    const answer = await zoe.submit(page, { code: await phone.code() });
    expect([answer.status, Number(answer.headers["retry-after"]) > 0]).toEqual([429, true]);
  });

  test("redirects a user without a second factor, and says so", async () => {
    const mia = await logIn(roster, "mia");
    for (const answer of [await mia.get(page), await mia.post(page, { _csrf: await mia.token("/login"), code: "1" })])
      expect([answer.status, answer.headers.location]).toEqual([303, "/profile"]);
    expect((await mia.get("/profile")).text).toContain("You have no second factor.");
  });
});
