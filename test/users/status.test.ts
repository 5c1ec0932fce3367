import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { buttons, errorsOf, headings, linkTo, words } from "../support/html.ts";
import { askMe, generateKey, withKey } from "../support/keys.ts";
import { addUser, giveResetLink } from "../support/people.ts";
import { everything, historyOf, statusesForOthers, storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
afterAll(() => roster.close());

const profile = ({ id }: { id: number | string }): string => `/admin/managers/${id}`;
const address = (person: { id: number | string }): string => `${profile(person)}/status`;
const statusOf = async (person: { id: number }): Promise<string> => (await storedUser(roster, person)).status;

describe("the page that changes the status", () => {
  test("names the person and the action, has a way back, and changes nothing", async () => {
    const { max } = roster.people;
    const before = await everything(roster);
    const { text } = await ada.get(address(max));
    expect(headings(text, 1)).toEqual(["Deactivate Max O'Brien?"]);
    expect(buttons(text).filter((name) => !/^(?:Menu|Log out)$/.test(name))).toEqual(["Deactivate"]);
    expect(linkTo(text, "Cancel")).toBe(profile(max));
    expect(await everything(roster)).toEqual(before);
  });

  test("says how many sessions end and which keys stop", async () => {
    const person = await addUser(roster.deps, { email: "busy@example.com" });
    const said = async () => words((await ada.get(address(person))).text);
    expect(await said()).toContain("They have no open sessions. They have no API keys.");
    await generateKey(ada, person);
    await logIn(roster, person);
    expect(await said()).toContain("Their open session ends immediately. Their API key stops working.");
    await logIn(roster, person);
    await generateKey(ada, person);
    expect(await said()).toContain("Their 2 open sessions end immediately. Their 2 API keys stop working.");
    await ada.submit(address(person), {});
    expect(await said()).toContain("Their 2 API keys work again.");
    const row = roster.db("users").where({ id: person.id });
    await row.clone().update({ must_change_password: true });
    const once = "once they have chosen a new password.";
    expect(await said()).toContain(`Their 2 API keys work again ${once}`);
    await ada.submit(address(person), {});
    expect(await said()).toContain("Their 2 API keys are paused and stay paused.");
    expect(await said()).toContain(`Their API keys will work again ${once}`);
  });

  test("offers to activate an inactive user", async () => {
    const { text } = await ada.get(address(roster.people.ian));
    expect(headings(text, 1)).toEqual(["Activate Ian Idle?"]);
    expect(buttons(text)).toContain("Activate");
    expect(buttons(text)).not.toContain("Deactivate");
  });
});

test("deactivating immediately ends sessions, keys and reset links; activating brings back the keys, not the sessions", async () => {
  const { mia, ada: admin } = roster.people;
  const [visitor, asleep] = [await logIn(roster, "mia"), await logIn(roster, "mia")];
  const key = await generateKey(ada, mia);
  const link = await giveResetLink(roster.deps, mia);
  const me = async () => (await askMe(roster, withKey(key))).status;
  expect([(await visitor.get("/profile")).status, await me()]).toEqual([200, 200]);

  const answer = await ada.submit(address(mia), {});
  expect([answer.status, answer.headers.location]).toEqual([303, profile(mia)]);
  expect(words((await ada.get(profile(mia))).text)).toContain("This user is inactive and can no longer log in.");
  expect((await visitor.get("/profile")).headers.location).toMatch(/^\/login/);
  expect([await me(), (await visit(roster).get(link)).status]).toEqual([401, 404]);
  await expect(logIn(roster, "mia")).rejects.toThrow("422");

  await ada.submit(address(mia), {});
  expect(words((await ada.get(profile(mia))).text)).toContain("This user is active again and can log in.");
  expect([await me(), (await visit(roster).get(link)).status]).toEqual([200, 404]);
  for (const late of [visitor, asleep]) expect((await late.get("/profile")).headers.location).toMatch(/^\/login/);
  expect((await (await logIn(roster, "mia")).get("/profile")).status).toBe(200);
  const change = (before: string, after: string) => ({
    action: "status.updated",
    by: admin.id,
    changes: { status: { before, after } },
  });
  expect(await historyOf(roster, mia, "status.updated")).toEqual([
    change("active", "inactive"),
    change("inactive", "active"),
  ]);
});

test("the status form sent twice is saved once", async () => {
  const { max } = roster.people;
  const form = formFields((await ada.get(address(max))).text);
  const answers = [await ada.post(address(max), form), await ada.post(address(max), form)];
  expect(answers.map(({ status }) => status)).toEqual([303, 303]);
  expect([await statusOf(max), (await historyOf(roster, max, "status.updated")).length]).toEqual(["inactive", 1]);
  await ada.submit(address(max), {});
});

test("the last active Admin cannot be deactivated, and inactive Admins do not count", async () => {
  const { ada: admin, max } = roster.people;
  const idle = await addUser(roster.deps, { email: "idle.admin@example.com", role: "admin" });
  expect((await ada.submit(address(idle), {})).status).toBe(303);
  expect((await ada.get(address(admin))).status).toBe(200);
  const answer = await ada.submit(address(admin), {});
  expect([answer.status, errorsOf(answer.text)]).toEqual([
    422,
    { form: "This is the only active Admin of the organization. Make someone else an Admin first." },
  ]);
  expect([await statusOf(admin), (await ada.get(profile(max))).status]).toEqual(["active", 200]);
});

test("an Admin cannot deactivate their own account, and another Admin can", async () => {
  const bob = await addUser(roster.deps, { email: "bob@example.com", role: "admin" });
  const other = await logIn(roster, bob);
  const answer = await other.submit(address(bob), {});
  expect([answer.status, errorsOf(answer.text)]).toEqual([
    422,
    { form: "You can’t deactivate yourself. Ask another Admin to do it." },
  ]);
  expect((await other.get(profile(bob))).status).toBe(200);
  expect((await ada.submit(address(bob), {})).status).toBe(303);
  expect((await other.get(profile(bob))).headers.location).toMatch(/^\/login/);
});

test.each([[{ status: "gone" }], [{}], [{ status: ["active", "inactive"] }], [{ "status[a]": "active" }]])(
  "the status form refuses %j and writes nothing",
  async (fields) => {
    const before = await everything(roster);
    const _csrf = await ada.token(address(roster.people.max));
    const answer = await ada.post(address(roster.people.max), { _csrf, ...fields });
    expect(answer.status).toBe(422);
    expect(words(answer.text)).toContain("There is a problem");
    expect(await everything(roster)).toEqual(before);
  },
);

test("the status page answers 404 for another organization's user", async () => {
  expect(await statusesForOthers(roster, ada, (id) => address({ id }), { status: "inactive" })).toEqual([404]);
  expect(await statusOf(roster.people.eve)).toBe("active");
});
