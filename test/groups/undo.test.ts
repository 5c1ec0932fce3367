import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { isUndoableGroup } from "../../src/users/undo-rules.ts";
import { eventually } from "../support/eventually.ts";
import { headings, linksTo, linkTo, section, words } from "../support/html.ts";
import { boxes, pressed } from "../support/list-form.ts";
import { addUser, type Person } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

// A group action is undone for everyone together.

let roster: Roster;
let ada: Visitor;
beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
afterAll(() => roster.close());

async function team(search: string, ...roles: ("manager" | "member")[]): Promise<Person[]> {
  const people: Person[] = [];
  for (const [n, role] of roles.entries())
    people.push(
      await addUser(roster.deps, { email: `${search}${n}@example.com`, firstName: `P${n}`, lastName: search, role }),
    );
  return people;
}

/** Presses the button of a page that asks. @returns the page that says what happened */
async function press(address: string): Promise<string> {
  const answer = await ada.submit(address, {});
  if (answer.status !== 303) throw new Error(`${answer.status} ${words(answer.text)}`);
  let html = "";
  await eventually(async () => {
    html = (await ada.get(String(answer.headers.location))).text;
    return !html.includes('http-equiv="refresh"');
  });
  return html;
}

/** Does it to everyone whom the search finds. @returns the address at which it is undone */
async function doToAll(act: string, search: string): Promise<string> {
  const html = (await ada.get(`/admin/managers?search=${search}`)).text;
  const all = boxes(html).all.find((name) => name.startsWith("All ")) ?? "";
  await press(String((await ada.get(pressed(html, "Continue", { tick: [all], fields: { act } }))).headers.location));
  const [undo = ""] = linksTo((await ada.get("/admin/activity")).text, "Undo");
  return undo;
}

const rolesAndStatuses = async (people: Person[]): Promise<string[]> =>
  Promise.all(
    people.map(async ({ id }) => {
      const { role, status } = await roster.db("users").where({ id }).first();
      return `${role} ${status}`;
    }),
  );

test("everyone gets back the role from before, but those who were changed since are left out", async () => {
  const people = await team("rolling", "member", "manager", "member");
  const undo = await doToAll("role-manager", "rolling");
  expect(await rolesAndStatuses(people)).toEqual(["manager active", "manager active", "manager active"]);
  await ada.submit(`/admin/managers/${people[2]?.id}/role`, { role: "admin" });
  const asked = String((await ada.get(undo)).headers.location);
  const page = (await ada.get(asked)).text;
  expect(headings(page, 1)).toEqual(["Undo the change for 1 person?"]);
  expect(words(section(page, "1 person is affected"))).toContain("P0 rolling");
  expect(words(section(page, "1 person is left out"))).toMatch(/P2 rolling .* Changed again since then/);
  const done = await press(asked);
  expect(headings(done, 1)).toEqual(["Undone for 1 person"]);
  expect(await rolesAndStatuses(people)).toEqual(["member active", "manager active", "admin active"]);

  const rows = await roster.db("activity").where({ action: "role.updated", subject_id: people[0]?.id }).orderBy("id");
  expect(rows[1]).toMatchObject({ undoes: rows[0].id, group_id: expect.any(Number) });
  const heads = await roster.db("activity").where({ action: "group.started" }).orderBy("id");
  expect(heads.at(-1)).toMatchObject({ id: rows[1].group_id, undoes: rows[0].group_id });
  expect(linkTo(done, "Show in Activity")).toBe(`/admin/activity?group=${heads.at(-1).id}`);
  expect(words((await ada.get("/admin/activity")).text)).toContain("Ada Lovelace ran “Undo” for 1 person");
  // Once more: nobody has the role that the first action gave any more.
  const again = (await ada.get(String((await ada.get(undo)).headers.location))).text;
  expect(headings(again, 1)).toEqual(["No one you selected can be changed this way"]);
});

test("a group that was deactivated is active again, until seven days have passed, and only for its own organization", async () => {
  const people = await team("pausing", "member", "member");
  const undo = await doToAll("deactivate", "pausing");
  expect(headings(await press(String((await ada.get(undo)).headers.location)), 1)).toEqual(["Undone for 2 people"]);
  expect(await rolesAndStatuses(people)).toEqual(["member active", "member active"]);
  const eve = await logIn(roster, "eve");
  expect((await eve.get(undo)).status).toBe(404);
  const next = await doToAll("deactivate", "pausing");
  const [, id] = /activity\/(\d+)/.exec(next) ?? [];
  const past = new Date(Date.now() - 8 * 86_400_000).toISOString();
  const restore = await roster.db("activity").where({ id }).first("at");
  expect(restore.at > past).toBe(true);
  const row = {
    at: restore.at,
    action: "group.started" as const,
    changes: { act: { before: null, after: "deactivate" } },
  };
  expect([isUndoableGroup(row, past), isUndoableGroup({ ...row, at: past }, restore.at)]).toEqual([true, false]);
  expect(isUndoableGroup({ ...row, changes: { act: { before: null, after: "log-out" } } }, past)).toBe(false);
});
