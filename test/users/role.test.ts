import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { countActiveAdmins } from "../../src/users/queries.ts";
import { eventually } from "../support/eventually.ts";
import { buttons, errorsOf, headings, labels, tables, titleOf, words } from "../support/html.ts";
import { addUser, type Person } from "../support/people.ts";
import { everything, historyOf, statusesForOthers, storedUser } from "../support/records.ts";
import { holdChanges } from "../support/refusing.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
afterAll(() => roster.close());

const address = ({ id }: { id: number | string }): string => `/admin/managers/${id}/role`;
const roleOf = async (person: Person): Promise<string> => (await storedUser(roster, person)).role;

const lastAdmin = "This is the only active Admin of the organization. Make someone else an Admin first.";
const ownRole = "You can’t remove your own Admin role. Ask another Admin to do it.";

describe("the Roles and Permissions page", () => {
  test("has a radio for each role, with the current one chosen", async () => {
    const { text } = await ada.get(address(roster.people.max));
    expect([titleOf(text), headings(text, 1)]).toEqual(["Edit role – Roster", ["Edit role"]]);
    expect(labels(text)).toEqual(["Admin", "Manager", "Member"]);
    expect(buttons(text)).toContain("Save changes");
    expect(formFields(text)).toMatchObject({ role: "manager" });
  });

  test.each<[keyof Roster["people"], string[][], string[][], string[][]]>([
    [
      "ada",
      [[], [], [], []],
      [["no change"], ["loses edit, loses view"], ["no change"], ["no change"]],
      [["loses edit"], ["loses edit, loses view"], ["loses edit"], ["loses edit"]],
    ],
    [
      "max",
      [["no change"], ["gains edit, gains view"], ["no change"], ["no change"]],
      [[], [], [], []],
      [["loses edit"], ["no change"], ["loses edit"], ["loses edit"]],
    ],
    [
      "mia",
      [["gains edit"], ["gains edit, gains view"], ["gains edit"], ["gains edit"]],
      [["gains edit"], ["no change"], ["gains edit"], ["gains edit"]],
      [[], [], [], []],
    ],
  ])("shows what each role grants, and what %s would gain and lose", async (name, ...changes) => {
    const granted = [
      ["edit, view", "edit, view", "edit, view", "edit, view"],
      ["edit, view", "none", "edit, view", "edit, view"],
      ["view", "none", "view", "view"],
    ];
    const features = ["Organization", "Users", "Apps", "Partners"];
    const expected = granted.map((row, role) =>
      row.map((permission, i) => [features[i], permission, ...(changes[role]?.[i] ?? [])]),
    );
    expect(tables((await ada.get(address(roster.people[name]))).text)).toEqual(expected);
  });
});

test("saving a role writes history, shows a notice, and takes effect at the user's next request", async () => {
  const { max, ada: admin } = roster.people;
  const visitor = await logIn(roster, "max");
  expect((await visitor.get("/admin/managers")).status).toBe(403);
  const answer = await ada.submit(address(max), { role: "admin" });
  expect([answer.status, answer.headers.location]).toEqual([303, `/admin/managers/${max.id}`]);
  expect(words((await ada.get(answer.headers.location ?? "")).text)).toContain("Role saved: Admin.");
  expect((await visitor.get("/admin/managers")).status).toBe(200);
  expect(await historyOf(roster, max, "role.updated")).toEqual([
    { action: "role.updated", by: admin.id, changes: { role: { before: "manager", after: "admin" } } },
  ]);
  await ada.submit(address(max), { role: "manager" });
  expect((await visitor.get("/admin/managers")).status).toBe(403);
});

test("saving the same role writes nothing", async () => {
  const before = await everything(roster);
  expect((await ada.submit(address(roster.people.max), { role: "manager" })).status).toBe(303);
  expect(await everything(roster)).toEqual(before);
});

test.each([
  [{ role: "owner" }],
  [{ role: "" }],
  [{ role: "Admin" }],
  [{ role: ["admin", "member"] }],
  [{ "role[]": "admin" }],
])("saving %j as a role is refused and writes nothing", async (fields) => {
  const before = await everything(roster);
  const _csrf = await ada.token(address(roster.people.mia));
  const answer = await ada.post(address(roster.people.mia), { _csrf, ...fields });
  expect([answer.status, errorsOf(answer.text)]).toEqual([422, { role: "Choose a role" }]);
  expect(await everything(roster)).toEqual(before);
});

test("no one can take the Admin role from the last active Admin, and inactive Admins do not count", async () => {
  const idle = await addUser(roster.deps, { email: "idle.admin@example.com", role: "admin" });
  await roster.db("users").where({ id: idle.id }).update({ status: "inactive" });
  expect((await ada.get(address(roster.people.ada))).status).toBe(200);
  for (const role of ["manager", "member"]) {
    const answer = await ada.submit(address(roster.people.ada), { role });
    expect([answer.status, errorsOf(answer.text)]).toEqual([422, { role: lastAdmin }]);
    expect(formFields(answer.text)).toMatchObject({ role });
  }
  expect((await ada.submit(address(roster.people.ada), { role: "admin" })).status).toBe(303);
  expect(await roleOf(roster.people.ada)).toBe("admin");
});

test("an Admin cannot remove their own Admin role, and another Admin can", async () => {
  const bob = await addUser(roster.deps, { email: "bob@example.com", role: "admin" });
  const answer = await ada.submit(address(roster.people.ada), { role: "member" });
  expect([answer.status, errorsOf(answer.text)]).toEqual([422, { role: ownRole }]);
  expect(await roleOf(roster.people.ada)).toBe("admin");
  expect((await ada.submit(address(bob), { role: "member" })).status).toBe(303);
  expect(await roleOf(bob)).toBe("member");
});

test("saving a role does not overwrite someone else's newer change, and shows both values", async () => {
  const cleo = await addUser(roster.deps, { email: "cleo@example.com", role: "admin" });
  const dan = await addUser(roster.deps, { email: "dan@example.com" });
  const other = await logIn(roster, cleo);
  const opened = formFields((await ada.get(address(dan))).text);
  await other.submit(address(dan), { role: "manager" });

  const refused = await ada.post(address(dan), { ...opened, role: "admin" });
  expect([refused.status, titleOf(refused.text)]).toEqual([409, "Error: Edit role – Roster"]);
  expect(words(refused.text)).toContain("There is a problem");
  expect(words(refused.text)).toMatch(/Saved by someone else: Manager/);
  expect(formFields(refused.text)).toMatchObject({ role: "admin" });
  expect(await roleOf(dan)).toBe("manager");

  expect((await ada.post(address(dan), formFields(refused.text))).status).toBe(303);
  expect(await roleOf(dan)).toBe("admin");
  expect((await ada.post(address(dan), { ...opened, role: "member" })).status).toBe(409);
});

test("your own earlier save and a save of another section are no conflict for a role", async () => {
  const finn = await addUser(roster.deps, { email: "finn@example.com" });
  const other = await logIn(roster, { email: "cleo@example.com" });
  const opened = formFields((await ada.get(address(finn))).text);
  await other.submit(`/admin/managers/${finn.id}/personal-information`, { lastName: "Fox" });
  await ada.submit(address(finn), { role: "manager" });
  expect((await ada.post(address(finn), { ...opened, role: "admin" })).status).toBe(303);
  expect(await roleOf(finn)).toBe("admin");
});

test("the Roles and Permissions page answers 404 for another organization's user", async () => {
  expect(await statusesForOthers(roster, ada, (id) => address({ id }), { role: "member" })).toEqual([404]);
  expect(await roleOf(roster.people.eve)).toBe("admin");
});

describe("when two Admins demote or deactivate each other at the same moment,", () => {
  let small: Roster;
  beforeAll(async () => {
    small = await startRoster();
  });
  afterAll(() => small.close());

  const fields = { role: "member", status: "inactive" };
  const ways = [
    ["role", "role"],
    ["status", "status"],
    ["role", "status"],
    ["status", "role"],
  ] as const;

  test("one always stays active", async () => {
    const { db, deps, people } = small;
    const bob = await addUser(deps, { email: "bob@example.com", role: "admin" });
    const [one, two] = [await logIn(small, "ada"), await logIn(small, bob)];
    const ids = [people.ada.id, bob.id];
    const sessions = await db("sessions").select();
    const { organization_id: organizationId } = await storedUser(small, people.ada);
    const path = ({ id }: Person, page: string): string => `/admin/managers/${id}/${page}`;

    for (let round = 0; round < 50; round++) {
      const [first, second] = ways[round % ways.length] ?? ways[0];
      const [ofOne, ofTwo] = [await one.token("/admin/organization"), await two.token("/admin/organization")];
      // Both requests wait, so that they then run step by step in parallel.
      const held = await holdChanges(db, organizationId);
      const sent = Promise.all([
        one.post(path(bob, first), { _csrf: ofOne, [first]: fields[first] }),
        two.post(path(people.ada, second), { _csrf: ofTwo, [second]: fields[second] }),
      ]);
      await eventually(async () => (await held.waiting()) === 2);
      await held.release();
      const answers = await sent;
      const left = await countActiveAdmins(db, organizationId);
      expect([left, answers.filter(({ status }) => status >= 500).length]).toEqual([1, 0]);

      await db("users").whereIn("id", ids).update({ role: "admin", status: "active" });
      await db("sessions").insert(sessions).onConflict("id_hash").ignore();
    }
    const done = db("activity").whereIn("actor_id", ids).whereIn("action", ["role.updated", "status.updated"]);
    expect(await done).toHaveLength(50);
  });
});
