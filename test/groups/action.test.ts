import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runMaintenance } from "../../src/health/maintenance.ts";
import { afterResponseSettled } from "../../src/platform/run-after-response.ts";
import { countInvitation } from "../../src/throttling/throttle.ts";
import { changeBeforeTransaction } from "../support/change-before-transaction.ts";
import { eventually } from "../support/eventually.ts";
import { buttons, errorsOf, headings, linksTo, linkTo, section, words } from "../support/html.ts";
import { boxes, pressed } from "../support/list-form.ts";
import { outbox } from "../support/outbox.ts";
import { addInvited, addUser, addUsers, type Person, password } from "../support/people.ts";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { formFields, logIn, type Visitor, visit } from "../support/visitor.ts";

// One act for many users: selecting them on Managers, the page that asks, and doing it.

let roster: Roster;
let ada: Visitor;
let count = 0;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  const many = Array.from({ length: 120 }, (_, n) => ({
    email: `many${n}@example.com`,
    firstName: `Many${String(n).padStart(3, "0")}`,
    lastName: "Person",
  }));
  await addUsers(roster.deps, many);
});
afterAll(() => roster.close());

/** New people of Acme, all found by one search. */
async function team(...roles: ("admin" | "manager" | "member")[]): Promise<{ search: string; people: Person[] }> {
  const search = `team${++count}x`;
  const people: Person[] = [];
  for (const [n, role] of roles.entries())
    people.push(
      await addUser(roster.deps, { email: `${search}${n}@example.com`, firstName: `P${n}`, lastName: search, role }),
    );
  return { search, people };
}
const list = async (query: string, visitor = ada): Promise<string> =>
  (await visitor.get(`/admin/managers?${query}`)).text;
const row = ({ id }: { id: number }) => roster.db("users").where({ id }).first();

/** The page that asks for everyone whom the search finds. */
async function ask(act: string, query: string, visitor = ada): Promise<{ address: string; html: string }> {
  const html = await list(query, visitor);
  const all = boxes(html).all.find((name) => name.startsWith("All ")) ?? "";
  const { status, headers } = await visitor.get(pressed(html, "Continue", { tick: [all], fields: { act } }));
  const address = String(headers.location);
  if (status !== 303) throw new Error(`${status}`);
  return { address, html: (await visitor.get(address)).text };
}

/** Presses the button and waits for the end. @returns the page that says what happened */
async function press(address: string, visitor = ada): Promise<string> {
  const answer = await visitor.submit(address, {});
  if (answer.status !== 303) throw new Error(`${answer.status} ${words(answer.text)}`);
  let html = "";
  await eventually(async () => {
    html = (await visitor.get(String(answer.headers.location))).text;
    return !html.includes('http-equiv="refresh"');
  });
  return html;
}

const people = (html: string, heading: string): string[] =>
  [...section(html, heading).matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, item = ""]) => words(item));
const rows = (who: Person[]) =>
  roster
    .db("activity")
    .whereIn(
      "subject_id",
      who.map(({ id }) => id),
    )
    .whereNot({ group_id: 0 })
    .orderBy("id");

describe("the selection", () => {
  const [first, second, third] = ["Select Many000 Person", "Select Many001 Person", "Select Many060 Person"];

  test("survives the next page, a search and going back, and says so by name", async () => {
    const start = await list("search=person");
    expect(boxes(start).all.slice(0, 2)).toEqual([first, second]);
    expect(boxes(start).all.at(-1)).toBe("All 120 that match");
    const next = (await ada.get(pressed(start, "Next page", { tick: [first, second] }))).text;
    expect(words(next)).toContain("2 selected, 2 of them on other pages");
    expect(boxes(next).ticked).toEqual(["Many000 Person", "Many001 Person"]);
    const found = (await ada.get(pressed(next, "Search", { tick: [third], fields: { search: "many06" } }))).text;
    expect(words(found)).toContain("3 selected, 2 of them on other pages");
    expect(boxes(found).ticked).toEqual(["Many000 Person", "Many001 Person", third]);
    const fewer = (await ada.get(pressed(found, "Search", { untick: ["Many000 Person", third] }))).text;
    expect(words(fewer)).toContain("1 selected, 1 of them on other pages");
    expect(words((await ada.get(linkTo(fewer, "Clear selection") ?? "")).text)).not.toContain("selected,");
    expect(boxes((await ada.get(linkTo(fewer, "Email") ?? "")).text).ticked).toEqual(["Many001 Person"]);
  });

  test("of everyone who matches counts for that search alone", async () => {
    const start = await list("search=many06");
    const other = pressed(start, "Continue", {
      tick: ["All 10 that match"],
      fields: { search: "many", act: "deactivate" },
    });
    const refused = await ada.get(other);
    expect([refused.status, Object.keys(errorsOf(refused.text))]).toEqual([422, ["all"]]);
    expect(boxes(refused.text).ticked).toEqual([]);
    const next = (await ada.get(pressed(await list("search=person"), "Next page", { tick: ["All 120 that match"] })))
      .text;
    expect(boxes(next).ticked).toEqual(["All 120 that match"]);
  });

  test("of nobody, without an act, or of too many is refused, and says why", async () => {
    const start = await list("search=many06");
    const refusals: [string, string][] = [
      ["selected", pressed(start, "Continue", { fields: { act: "deactivate" } })],
      ["act", pressed(start, "Continue", { tick: ["Select Many060 Person"] })],
      ["act", pressed(start, "Continue", { tick: ["Select Many060 Person"], fields: { act: "delete" } })],
      ["selected", `/admin/managers?continue=x&act=activate&selected=${roster.people.eve.id}&selected=x`],
      [
        "selected",
        `/admin/managers?continue=x&act=activate&kept=${Array.from({ length: 501 }, (_, n) => n + 1).join("-")}`,
      ],
    ];
    for (const [field, address] of refusals) {
      const { status, text } = await ada.get(address);
      expect([address, status, Object.keys(errorsOf(text))]).toEqual([address, 422, [field]]);
    }
    expect(await roster.db("group_actions")).toEqual([]);
  });

  test("is exported exactly, by hand or as everyone who matches", async () => {
    const start = await list("search=many06&sort=-name");
    const csv = async (changes: Parameters<typeof pressed>[2]): Promise<string[]> => {
      const { headers } = await ada.get(pressed(start, "Continue", { ...changes, fields: { act: "export" } }));
      const file = await ada.get(String(headers.location));
      expect(file.headers["content-disposition"]).toContain("attachment");
      return file.text
        .trim()
        .split("\r\n")
        .map((line) => line.split(",")[2] ?? "");
    };
    expect(await csv({ tick: ["Select Many060 Person", "Select Many069 Person"] })).toEqual([
      "first_name",
      "Many069",
      "Many060",
    ]);
    expect(await csv({ tick: ["All 10 that match"] })).toHaveLength(11);
  });
});

describe("the page that asks", () => {
  test("names everyone affected and everyone left out with the reason, and what ends; nothing is written yet", async () => {
    const { search, people: who } = await team("member", "manager", "member");
    await logIn(roster, who[1] ?? { email: "" });
    await roster.db("users").where({ id: who[2]?.id }).update({ status: "inactive" });
    const before = await roster.db("users").select();
    const { html } = await ask("deactivate", `search=${search}`);
    expect([headings(html, 1), buttons(html).at(-1)]).toEqual([["Deactivate 2 people?"], "Deactivate"]);
    expect(people(html, "2 people are affected")).toEqual([
      `P0 ${search} ${who[0]?.email}`,
      `P1 ${search} ${who[1]?.email}`,
    ]);
    expect(people(html, "1 person is left out")).toEqual([`P2 ${search} ${who[2]?.email} Already inactive`]);
    expect(words(html)).toContain("1 open session ends immediately. They have no API keys. Nothing is deleted.");
    expect(words(html)).toContain("No emails are sent.");
    expect(await roster.db("users").select()).toEqual(before);
  });

  test("leaves out yourself, and leads back to the selection", async () => {
    const { address, html } = await ask("log-out", "search=lovelace");
    expect([headings(html, 1), buttons(html)]).toEqual([["No one you selected can be changed this way"], ["Log out"]]);
    expect(people(html, "1 person is left out")).toEqual([
      "Ada Lovelace ada@example.com You can’t do this to yourself",
    ]);
    expect(boxes((await ada.get(linkTo(html, "Back to Managers") ?? "")).text).ticked).toEqual(["Select Ada Lovelace"]);
    await press(address);
    expect(await roster.db("sessions").where({ user_id: roster.people.ada.id })).not.toEqual([]);
  });

  test("shows a hundred at a time", async () => {
    const { html } = await ask("role-manager", "search=person&role=member");
    expect([people(html, "120 people are affected").length, words(html)]).toEqual([
      100,
      expect.stringContaining("1–100 of 120"),
    ]);
    const next = (await ada.get(linkTo(html, "Next page") ?? "")).text;
    expect(people(next, "120 people are affected")).toHaveLength(20);
  });

  test("exists for the Admin alone, for an hour", async () => {
    const { search } = await team("admin", "member");
    const { address } = await ask("deactivate", `search=${search}`);
    const bob = await logIn(roster, { email: `${search}0@example.com` });
    const eve = await logIn(roster, "eve");
    for (const other of [bob, eve]) expect((await other.get(address)).status).toBe(404);
    for (const id of ["", "?id=0", "?id=x", "?id=1&id=2", "?id=99999999"])
      expect((await ada.get(`/admin/managers/actions${id}`)).status).toBe(404);
    const id = Number(new URL(address, roster.url).searchParams.get("id"));
    await roster.db("group_actions").where({ id }).update({ expires_at: "2026-01-01T00:00:00.000Z" });
    expect((await ada.submit(address, {})).status).toBe(404);
    await runMaintenance(roster.deps);
    expect(await roster.db("group_action_lines").where({ group_action_id: id })).toEqual([]);
  });
});

describe("the button", () => {
  test("does it to everyone, with a row of history each, all tied together", async () => {
    const { search, people: who } = await team("member", "manager");
    const [first] = who;
    if (first) await logIn(roster, first);
    const { address } = await ask("deactivate", `search=${search}`);
    const html = await press(address);
    expect([headings(html, 1), people(html, "Done for 2 people").length]).toEqual([["2 people deactivated"], 2]);
    expect((await Promise.all(who.map(row))).map(({ status }) => status)).toEqual(["inactive", "inactive"]);
    const written = await rows(who);
    expect(written.map(({ action }) => action)).toEqual(["session.ended", "status.updated", "status.updated"]);
    expect(new Set(written.map(({ group_id }) => group_id)).size).toBe(1);
    const head = await roster.db("activity").where({ id: written[0]?.group_id }).first();
    expect(head).toMatchObject({ action: "group.started", actor_id: roster.people.ada.id, address: "127.0.0.1" });
    expect(await roster.db("sessions").where({ user_id: first?.id })).toEqual([]);
    const activity = (await ada.get("/admin/activity")).text;
    expect(words(activity)).toContain("Ada Lovelace ran “Deactivate” for 2 people");
    expect(words(activity)).not.toContain(`P1 ${search}’s status`);
    expect(linkTo(html, "Show in Activity")).toBe(linkTo(activity, "2 people"));
    const parts = (await ada.get(linkTo(activity, "2 people") ?? "")).text;
    expect(linksTo(parts, `P0 ${search}`)).toHaveLength(2);
    expect(linksTo(parts, `P1 ${search}`)).toHaveLength(1);
    const back = await press((await ask("activate", `search=${search}`)).address);
    expect(headings(back, 1)).toEqual(["2 people activated"]);
  });

  test("ends all sessions of those who have some", async () => {
    const { search, people: who } = await team("member", "member");
    for (const person of who) await logIn(roster, person);
    const html = await press((await ask("log-out", `search=${search}`)).address);
    expect(headings(html, 1)).toEqual(["2 people logged out everywhere"]);
    expect((await rows(who)).map(({ action }) => action)).toEqual(["session.ended", "session.ended"]);
    expect(headings((await ask("log-out", `search=${search}`)).html, 1)).toEqual([
      "No one you selected can be changed this way",
    ]);
  });

  test("sends the invitation again to those who can still accept one, an email each", async () => {
    const search = `team${++count}x`;
    const invite = (n: number) =>
      addInvited(roster.deps, { email: `${search}${n}@example.com`, firstName: `I${n}`, lastName: search });
    const who = [await invite(0), await invite(1), await invite(2)];
    const [first, inactive, often] = who.map(({ id }) => id);
    const member = await addUser(roster.deps, { email: `${search}3@example.com`, firstName: "I3", lastName: search });
    await roster.db("users").where({ id: inactive }).update({ status: "inactive" });
    for (let n = 0; n < 10; n++) await countInvitation(roster.db, often ?? 0);
    const before = await roster.db("users").where({ id: first }).first();
    const { address, html } = await ask("resend-invitation", `search=${search}`);
    expect(headings(html, 1)).toEqual(["Send 2 invitations again?"]);
    expect(people(html, "2 people are left out")).toEqual([
      expect.stringMatching(/@example\.com Inactive/),
      expect.stringMatching(/@example\.com Already has a password$/),
    ]);
    expect(words(html)).toContain("2 people get an email each with one more link");
    const done = await press(address);
    expect(headings(done, 1)).toEqual(["1 invitation sent again"]);
    expect(words(section(done, "3 people are left out"))).toContain("Invited again too often in the last hour");
    expect((await rows([...who, member])).map(({ action, subject_id }) => [action, subject_id])).toEqual([
      ["invitation.resent", first],
    ]);
    const links = await roster.db("one_time_links").where({ user_id: first });
    await afterResponseSettled();
    const mails = (await outbox(roster)).filter(({ to }) => to.startsWith(search));
    expect([links.length, mails.map(({ to }) => to)]).toEqual([2, [`${search}0@example.com`]]);
    expect(mails[0]?.text).toContain("Ada Lovelace invited you to join Acme on Roster.");
    expect((await row({ id: first ?? 0 })).invited_until > before.invited_until).toBe(true);
  });

  test("leaves out who was changed since, and says so", async () => {
    const { search, people: who } = await team("member", "member");
    const { address } = await ask("role-manager", `search=${search}`);
    await ada.submit(`/admin/managers/${who[0]?.id}/personal-information`, { firstName: "Other" });
    const html = await press(address);
    expect(headings(html, 1)).toEqual(["1 person is now a Manager"]);
    expect(people(html, "1 person is left out")).toEqual([
      `Other ${search} ${who[0]?.email} Changed by someone after you selected them`,
    ]);
    expect((await Promise.all(who.map(row))).map(({ role }) => role)).toEqual(["member", "manager"]);
  });

  test("gets the answer of the first press, twice in parallel, in another tab and from an old one", async () => {
    const { search, people: who } = await team("member", "member", "member");
    const { address } = await ask("deactivate", `search=${search}`);
    const [one, two] = await Promise.all([press(address), press(address)]);
    const late = await press(address);
    expect([one, two, late].map((html) => headings(html, 1))).toEqual(Array(3).fill(["3 people deactivated"]));
    expect(await rows(who)).toHaveLength(3);
  });

  test("asks for a fresh proof before someone becomes an Admin, or an Admin active, and not otherwise", async () => {
    const { search, people: who } = await team("member");
    const asks = async (address: string): Promise<boolean> => {
      await roster.db("sessions").update({ password_confirmed_at: "2026-01-01T00:00:00.000Z" });
      const { status, text } = await ada.submit(address, {});
      if (status === 303) return false;
      const again = await ada.post(address, { ...formFields(text), ownPassword: password });
      expect([status, again.status]).toEqual([403, 303]);
      return true;
    };
    const asked: boolean[] = [];
    for (const act of ["role-manager", "role-admin", "deactivate", "activate"])
      asked.push(await asks((await ask(act, `search=${search}`)).address));
    expect(asked).toEqual([false, true, false, true]);
    for (const role of ["member", "admin"] as const) {
      const { email } = await addInvited(roster.deps, { email: `${role}-${search}@example.com`, role });
      asked.push(await asks((await ask("resend-invitation", `search=${email}`)).address));
    }
    expect(asked.slice(4)).toEqual([false, true]);
    expect(await row(who[0] ?? { id: 0 })).toMatchObject({ role: "admin", status: "active" });
  });
});

test("the last active Admin stays one, whatever set is selected and no matter who changed it meanwhile", async () => {
  const { search, people: who } = await team("admin", "admin");
  const bob = await logIn(roster, who[0] ?? { email: "" });
  // Bob selects every Admin; before he presses, everyone else is gone, and then he is too.
  const { address, html } = await ask("role-member", "role=admin&status=active", bob);
  expect(people(html, "1 person is left out")).toEqual([expect.stringContaining("You can’t do this to yourself")]);
  const id = Number(new URL(address, roster.url).searchParams.get("id"));
  const others = await roster.db("users").where({ role: "admin", status: "active" }).whereNot({ id: who[0]?.id });
  const { organization_id } = await row(who[0] ?? { id: 0 });
  const acme = others.filter((user) => user.organization_id === organization_id).map((user) => user.id);
  await roster.db("group_actions").where({ id }).update({ state: "running" });
  await roster.db("users").where({ id: who[0]?.id }).update({ role: "manager" });
  await roster.deps.groups.run(id);
  const left = await roster.db("users").whereIn("id", acme).where({ role: "admin" });
  expect(left).toHaveLength(acme.length);
  expect((await roster.db("group_action_lines").where({ group_action_id: id, reason: "stopped" })).length).toBe(
    acme.length,
  );
  expect(search).toBeTruthy();
});

test("what was interrupted continues where it stopped, and does nothing twice", async () => {
  const { search, people: who } = await team(...Array<"member">(5).fill("member"));
  const { address } = await ask("deactivate", `search=${search}`);
  await press(address);
  const id = Number(new URL(address, roster.url).searchParams.get("id"));
  // As a crash leaves it: begun, a part of it done.
  const some = who.slice(3).map((person) => person.id);
  await roster.db("users").whereIn("id", some).update({ status: "active" });
  await roster
    .db("group_action_lines")
    .where({ group_action_id: id })
    .whereIn("user_id", some)
    .update({ outcome: null });
  await roster.db("group_actions").where({ id }).update({ state: "running" });
  for (const person of some) {
    const { version } = await row({ id: person });
    await roster.db("group_action_lines").where({ group_action_id: id, user_id: person }).update({ version });
  }
  await roster.deps.groups.resume();
  expect(headings((await ada.get(address)).text, 1)).toEqual(["5 people deactivated"]);
  expect(await rows(who)).toHaveLength(7);
});

test.each<[string, (id: number) => Promise<unknown>]>([
  ["is demoted", (id) => roster.db("users").where({ id }).update({ role: "member" })],
  ["loses the session", (id) => roster.db("sessions").where({ user_id: id }).del()],
])("an Admin who %s while pressing the button begins nothing", async (_, lose) => {
  const { search, people: who } = await team("admin", "member");
  const { db, before } = changeBeforeTransaction(roster.db);
  const second = await startSecondServer(roster, {}, { db });
  const visitor = visit(second);
  await visitor.submit("/login", { email: who[0]?.email, password });
  const { address } = await ask("deactivate", `search=${search}&role=member`, visitor);
  before(() => lose(who[0]?.id ?? 0));
  expect((await visitor.submit(address, {})).status).toBe(403);
  expect(await row(who[1] ?? { id: 0 })).toMatchObject({ status: "active" });
  expect(await rows(who)).toEqual([]);
});
