import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { headings, linksTo, words } from "../support/html.ts";
import { addUser, type Person } from "../support/people.ts";
import { historyOf, statusesForOthers, storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let person: Person;
let count = 0;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
beforeEach(async () => {
  person = await addUser(roster.deps, { email: `undo${++count}@example.com`, firstName: "Una", lastName: "Do" });
});
afterAll(() => roster.close());

const profile = ({ id }: { id: number }): string => `/admin/managers/${id}`;
const save = (page: string, fields: Record<string, string>, of = person) =>
  ada.submit(`${profile(of)}/${page}`, fields);
/** The address at which the user's newest row with this action is undone. */
async function undoOf(action: string, of = person): Promise<string> {
  const row = await roster.db("activity").where({ subject_id: of.id, action }).orderBy("id", "desc").first();
  return `/admin/activity/${row.id}/undo`;
}
const press = (address: string) => ada.submit(address, {});
const offered = async (address = profile(person)): Promise<string[]> => linksTo((await ada.get(address)).text, "Undo");

test("role, status, names and email are undone from the profile or Activity, each with a row that names the other", async () => {
  await save("personal-information", { firstName: "Uma", email: `new${count}@example.com` });
  await save("role", { role: "manager" });
  await save("status", {});
  const addresses = await Promise.all(
    ["status.updated", "role.updated", "personal-information.updated"].map((a) => undoOf(a)),
  );
  expect(await offered()).toEqual(addresses);
  expect(await offered(`/admin/activity?user=${person.id}`)).toEqual(addresses);
  for (const address of addresses) {
    expect(headings((await ada.get(address)).text, 1)).toEqual(["Undo this change?"]);
    const answer = await press(address);
    expect(answer.headers.location).toBe(profile(person));
  }
  expect(await storedUser(roster, person)).toMatchObject({
    ...{ first_name: "Una", email: person.email, role: "member", status: "active" },
  });
  const rows = await roster.db("activity").where({ subject_id: person.id }).whereNotNull("undoes").orderBy("id");
  expect(rows.map(({ undoes }) => `/admin/activity/${undoes}/undo`)).toEqual(addresses);
  expect(words((await ada.get(profile(person))).text).match(/undoes the change of/g)).toHaveLength(3);
  // What was undone can be undone in turn, the first changes no more.
  expect((await offered()).some((address) => addresses.includes(address))).toBe(false);
  expect(await offered()).toHaveLength(3);
});

describe("a change is not undone", () => {
  test.each([
    ["when someone changed it since", () => save("role", { role: "admin" })],
    [
      "after 7 days",
      () =>
        roster.db.transaction(async (trx) => {
          const row = await trx("activity").where({ subject_id: person.id, action: "role.updated" }).first();
          await trx("activity_retention").update({ delete_before: "9999" });
          await trx("activity").where({ id: row.id }).del();
          await trx("activity").insert({ ...row, at: new Date(Date.now() - 7.1 * 86_400_000).toISOString() });
          await trx("activity_retention").update({ delete_before: "" });
        }),
    ],
  ])("%s", async (_when, change) => {
    await save("role", { role: "manager" });
    const address = await undoOf("role.updated");
    await change();
    const before = await storedUser(roster, person);
    expect(await offered()).not.toContain(address);
    expect(words((await ada.get(address)).text)).toMatch(/can’t be undone/);
    expect([
      (await press(address)).status,
      (await ada.post(address, { _csrf: await ada.token("/admin/organization") })).status,
    ]).toEqual([422, 422]);
    expect(await storedUser(roster, person)).toEqual(before);
  });

  test("against a rule: an address that someone else has by now", async () => {
    await save("personal-information", { email: `moved${count}@example.com` });
    await addUser(roster.deps, { email: person.email });
    const { status, text } = await press(await undoOf("personal-information.updated"));
    expect([status, words(text)]).toEqual([422, expect.stringMatching(/email is already in use/)]);
    expect(await historyOf(roster, person, "personal-information.updated")).toHaveLength(1);
  });

  test("when it would take the role of the last active Admin", async () => {
    await save("role", { role: "admin" }, person);
    const address = await undoOf("role.updated");
    const page = await ada.get(address);
    const { db, people } = roster;
    const others = db("users").where({ role: "admin" }).whereNotIn("id", [person.id, people.eve.id]);
    const ids: number[] = await others.clone().pluck("id");
    const admin = await logIn(roster, person);
    await db("users").whereIn("id", ids).update({ role: "member" });
    expect(page.status).toBe(200);
    const { status, text } = await admin.submit(address, {});
    await db("users").whereIn("id", ids).update({ role: "admin" });
    expect([status, words(text)]).toEqual([422, expect.stringMatching(/only active Admin/)]);
  });

  test("without the password where it makes someone an Admin again, long after the log-in", async () => {
    await save("role", { role: "admin" });
    await save("role", { role: "member" });
    await roster.db("sessions").update({ password_confirmed_at: null });
    const answer = await press(await undoOf("role.updated"));
    expect([answer.status, headings(answer.text, 1)]).toEqual([403, ["Confirm it’s you"]]);
    expect(await storedUser(roster, person)).toMatchObject({ role: "member" });
    ada = await logIn(roster, "ada");
  });

  test("by those who are no Admins, in other organizations, or if it is another kind of row", async () => {
    await save("role", { role: "manager" });
    const address = await undoOf("role.updated");
    expect((await (await logIn(roster, "max")).get(address)).status).toBe(403);
    expect((await (await logIn(roster, "eve")).get(address)).status).toBe(404);
    expect((await ada.get(await undoOf("user.created"))).status).toBe(404);
    const others = await statusesForOthers(
      roster,
      ada,
      (id) => `/admin/activity/${id === roster.people.eve.id ? 0 : id}/undo`,
    );
    expect(others).toEqual([404]);
  });
});
