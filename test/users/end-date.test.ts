import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { findLinkUser } from "../../src/auth/queries.ts";
import { dayIn, endOfDay } from "../../src/platform/time.ts";
import { announceEndDates, applyEndDates } from "../../src/users/end-dates.ts";
import { countActiveAdmins } from "../../src/users/queries.ts";
import { formatDate } from "../../src/words/times.ts";
import { apiClient, clientOf, keyOf } from "../support/api-client.ts";
import { buttons, errorsOf, labels, section, tables, words } from "../support/html.ts";
import { checked, counts, lines } from "../support/imports.ts";
import { type Mail, outbox } from "../support/outbox.ts";
import { addAdminOf, addInvited, addUser, giveResetLink, password } from "../support/people.ts";
import { historyOf, storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

const zone = "Europe/Berlin";
const dayMs = 86_400_000;
let roster: Roster;
let ada: Visitor;
let count = 0;
let seen = 0;

beforeAll(async () => {
  roster = await startRoster();
  await roster.db("organizations").update({ time_zone: zone });
  ada = await logIn(roster, "ada");
});
afterAll(() => roster.close());

type Id = { id: number };
const newUser = (role: "admin" | "member" = "member") =>
  addUser(roster.deps, { email: `leaver${++count}@example.com`, firstName: "Lea", lastName: `Ver ${count}`, role });
const profile = ({ id }: Id): string => `/admin/managers/${id}`;
const inDays = (days: number): string => dayIn(zone, { days });
const setDay = (person: Id, deactivateOn: string, visitor = ada) =>
  visitor.submit(`${profile(person)}/end-date`, { deactivateOn });
const dayOf = async (person: Id): Promise<string | null> => (await storedUser(roster, person)).deactivate_on;

/** Puts the clock forward for this user: the day was yesterday. */
async function pass(...people: Id[]): Promise<void> {
  const yesterday = inDays(-1);
  const end = { deactivate_on: yesterday, deactivate_at: endOfDay(yesterday, zone) };
  await roster
    .db("users")
    .whereIn(
      "id",
      people.map(({ id }) => id),
    )
    .update(end);
}

/** What the server does each minute, in two processes at the same time. */
const runTwice = (work: (deps: Roster["deps"]) => Promise<void>) => Promise.all([work(roster.deps), work(roster.deps)]);

async function newMails(): Promise<Mail[]> {
  const mails = (await outbox(roster)).slice(seen);
  seen += mails.length;
  return mails;
}

test("a day is over when the next one starts, also if a change of clocks makes it 23 or 25 hours long", () => {
  expect(endOfDay("2026-12-05", zone)).toBe("2026-12-05T23:00:00.000Z");
  const hours = (day: string, before: string) =>
    (Date.parse(endOfDay(day, zone)) - Date.parse(endOfDay(before, zone))) / 3_600_000;
  expect(hours("2026-03-29", "2026-03-28")).toBe(23);
  expect(hours("2026-10-25", "2026-10-24")).toBe(25);
  // In Beirut the clocks go from 00:00 to 01:00.
  expect(endOfDay("2026-03-28", "Asia/Beirut")).toBe("2026-03-28T22:00:00.000Z");
});

test("an Admin sets, sees and removes the last day of a user, with the time zone's name", async () => {
  const lea = await newUser();
  const day = inDays(12);
  const answer = await setDay(lea, ` ${day} `);
  expect([answer.status, answer.headers.location]).toEqual([303, profile(lea)]);
  const { text } = await ada.get(profile(lea));
  const until = `the end of ${formatDate(day)}, ${zone}`;
  expect(words(text)).toContain(`Saved: this user is deactivated at ${until}.`);
  expect(words(text)).toContain(`Active Until ${until}`);
  expect(words(section(text, "Extra Settings"))).toContain(`This user is deactivated at ${until}. Deactivate on`);
  const list = await ada.get("/admin/managers?search=leaver1%40");
  expect(tables(list.text)[0]?.[0]?.[3]).toBe(`Active until ${formatDate(day)}`);
  const own = await logIn(roster, lea);
  expect(words((await own.get("/profile")).text)).toContain(`Your account is deactivated at ${until}.`);

  const page = (await ada.get(`${profile(lea)}/end-date`)).text;
  expect(labels(page)).toContain("Deactivate on");
  expect(buttons(page)).toEqual(expect.arrayContaining(["Save changes", "Remove date"]));
  await setDay(lea, "");
  expect([await dayOf(lea), (await storedUser(roster, lea)).deactivate_at]).toEqual([null, null]);
  expect((await historyOf(roster, lea, "end-date.updated")).map(({ changes }) => changes.deactivateOn)).toEqual([
    { before: null, after: day },
    { before: day, after: null },
  ]);
});

test("a day that is none, is over or too far ahead, your own and an inactive user's are refused, and nothing changes", async () => {
  const lea = await newUser();
  const form = "Enter a day like 2026-12-05";
  for (const [person, day, error] of [
    [lea, "2026-02-30", form],
    [lea, "5.12.2026", form],
    [lea, "9".repeat(200), form],
    [lea, inDays(-1), "This day is over. Choose today or a later day"],
    [lea, dayIn(zone, { years: 10, days: 2 }), "This day is too far ahead. Choose one within 10 years"],
    [roster.people.ada, inDays(1), "You can’t change your own end date. Ask another Admin to do it."],
    [roster.people.ian, inDays(1), "This user is inactive. Activate them first, then choose a day."],
  ] as const) {
    const answer = await setDay(person, day);
    expect([answer.status, errorsOf(answer.text)]).toEqual([422, { deactivateOn: error }]);
    expect(await dayOf(person)).toBe(null);
  }
  expect((await setDay(lea, inDays(0))).status).toBe(303);
});

test("the API reads and changes the day, creates users with one, and lists all faults", async () => {
  const api = await clientOf(roster, roster.people.ada);
  const created = await api.POST("/users", {
    body: {
      firstName: "Api",
      lastName: "Leaver",
      email: "api.leaver@example.com",
      role: "member",
      password,
      deactivateOn: inDays(3),
    },
  });
  expect(created.data?.deactivateOn).toBe(inDays(3));
  const path = { id: created.data?.id ?? 0 };
  const patch = (deactivateOn: string | null) =>
    api.PATCH("/users/{id}", { params: { path, header: { "If-Match": "*" } }, body: { deactivateOn } });
  expect((await patch(inDays(4))).data?.deactivateOn).toBe(inDays(4));
  for (const day of ["2026-02-30", "", inDays(-1)])
    expect((await patch(day)).error?.errors?.map(({ pointer }) => pointer)).toEqual(["#/deactivateOn"]);
  expect((await patch(null)).data?.deactivateOn).toBe(null);
  const twice = await api.POST("/users", {
    body: {
      firstName: "A",
      lastName: "B",
      email: "ada@example.com",
      role: "member",
      password,
      deactivateOn: inDays(-1),
    },
  });
  expect(twice.error?.errors?.map(({ pointer }) => pointer)).toEqual(["#/email", "#/deactivateOn"]);
});

test("once the day is over nothing lets the person in, although the server has done nothing yet", async () => {
  const { db, deps } = roster;
  const lea = await newUser("admin");
  const ivy = await addInvited(deps, { email: "ivy@example.com" });
  const { organization_id: organizationId } = await storedUser(roster, lea);
  const own = await logIn(roster, lea);
  const api = apiClient(roster, await keyOf(roster, lea));
  const link = await giveResetLink(deps, lea);
  const ways = async () => ({
    session: (await own.get(profile(lea))).status,
    logIn: (await visit(roster).submit("/login", { email: lea.email, password })).status,
    reset: (await visit(roster).get(link)).status,
    invitation: (await findLinkUser(db, ivy.page.split("/").at(-1) ?? "", "invitation"))?.id,
    key: (await api.GET("/me")).response.status,
    permission: (await api.GET("/permissions/check", { params: { query: { feature: "users", action: "edit" } } }))
      .response.status,
    admins: await countActiveAdmins(db, organizationId),
  });
  const before = await ways();
  expect(before).toMatchObject({ session: 200, logIn: 303, reset: 200, invitation: ivy.id, key: 200, permission: 204 });
  await pass(lea, ivy);
  expect(await ways()).toEqual({
    ...{ session: 303, logIn: 422, reset: 404, invitation: undefined, key: 401, permission: 401 },
    admins: before.admins - 1,
  });
  await newMails();
  await visit(roster).submit("/forgot-password", { email: lea.email });
  expect((await newMails()).map(({ to }) => to)).not.toContain(lea.email);
  expect((await storedUser(roster, lea)).status).toBe("active");
  expect(tables((await ada.get(`/admin/managers?search=${lea.email}`)).text)[0]?.[0]?.slice(3, 4)).toEqual([
    "Inactive",
  ]);
  expect(words((await ada.get(profile(ivy))).text)).toContain("This user is inactive and can’t log in.");
});

test("the server deactivates as an Admin does, once, and activating removes the day that is over", async () => {
  const [lea, other] = [await newUser(), await newUser()];
  await logIn(roster, lea);
  await giveResetLink(roster.deps, lea);
  await setDay(lea, inDays(1));
  await setDay(other, inDays(0));
  await pass(lea);
  await runTwice(applyEndDates);
  expect((await storedUser(roster, lea)).status).toBe("inactive");
  expect((await storedUser(roster, other)).status).toBe("active");
  for (const table of ["sessions", "one_time_links"])
    expect(await roster.db(table).where({ user_id: lea.id })).toEqual([]);
  const rows = await roster
    .db("activity")
    .where({ subject_id: lea.id, actor_kind: "system" })
    .whereNot({ action: "user.created" })
    .orderBy("id");
  expect(rows.map(({ action }) => action)).toEqual(["session.ended", "status.updated"]);
  await ada.submit(`${profile(lea)}/status`, {});
  expect(await storedUser(roster, lea)).toMatchObject({ status: "active", deactivate_on: null, deactivate_at: null });
});

test("someone whose day is over can be activated before the server has run", async () => {
  const lea = await newUser();
  await pass(lea);
  await ada.submit(`${profile(lea)}/status`, {});
  expect(await storedUser(roster, lea)).toMatchObject({ status: "active", deactivate_on: null });
  const rows = await roster.db("activity").where({ subject_id: lea.id, action: "status.updated" }).orderBy("id");
  expect(rows.map(({ actor_kind }) => actor_kind)).toEqual(["system", "user"]);
  await logIn(roster, lea);
});

test("the last active Admin stays active, loses the date, and gets an email", async () => {
  const [one, two] = [
    await addAdminOf(roster.deps, "Initech", "one@example.com"),
    await addAdminOf(roster.deps, "Initech", "two@example.com"),
  ];
  await roster.db("organizations").where({ name: "Initech" }).update({ time_zone: zone });
  const own = await logIn(roster, two);
  await pass(one, two);
  await newMails();
  // Both leave at the same moment: one of them stays, always the same.
  expect((await own.get(profile(two))).status).toBe(200);
  await runTwice(applyEndDates);
  expect(await storedUser(roster, one)).toMatchObject({ status: "inactive", deactivate_on: inDays(-1) });
  expect(await storedUser(roster, two)).toMatchObject({ status: "active", deactivate_on: null });
  expect((await own.get(profile(two))).status).toBe(200);
  const [mail, another] = await newMails();
  expect([mail?.to, mail?.subject, another]).toEqual([
    two.email,
    "You were not deactivated: you are the last active Admin",
    undefined,
  ]);
  expect(mail?.text).toContain(`at the end of ${formatDate(inDays(-1))} (${zone})`);
});

test("the person and the other Admins get one email a week before, and again for another day", async () => {
  const [lea, leo] = [await newUser("admin"), await newUser()];
  await runTwice(announceEndDates);
  for (const person of [lea, leo]) await setDay(person, inDays(20));
  await newMails();
  const sentAt = async (now: number): Promise<string[]> => {
    await runTwice((deps) => announceEndDates(deps, now));
    return (await newMails()).map(({ to, subject }) => `${to}: ${subject}`).sort();
  };
  const end = Date.parse(endOfDay(inDays(20), zone));
  expect(await sentAt(end - 7 * dayMs - 1_000)).toEqual([]);
  const own = `Your Roster account ends on ${formatDate(inDays(20))}`;
  expect(await sentAt(end - 7 * dayMs)).toEqual([
    "ada@example.com: 2 users leave soon",
    `${lea.email}: A user leaves soon`,
    `${lea.email}: ${own}`,
    `${leo.email}: ${own}`,
  ]);
  expect(await sentAt(end - dayMs)).toEqual([]);
  await setDay(leo, inDays(2));
  expect(await sentAt(Date.now())).toEqual([
    "ada@example.com: A user leaves soon",
    `${lea.email}: A user leaves soon`,
    `${leo.email}: Your Roster account ends on ${formatDate(inDays(2))}`,
  ]);
});

test("with another time zone of the organization the day stays and ends at another moment", async () => {
  const lea = await newUser();
  const day = inDays(30);
  await setDay(lea, day);
  for (const timeZone of ["Pacific/Auckland", zone]) {
    await ada.submit("/admin/organization", { timeZone });
    expect(await storedUser(roster, lea)).toMatchObject({
      deactivate_on: day,
      deactivate_at: endOfDay(day, timeZone),
    });
  }
});

test("a file sets last days, an export has them, and an empty cell leaves them as they are", async () => {
  const [lea, leo] = [await newUser(), await newUser()];
  await setDay(leo, inDays(40));
  const head = "email,first_name,last_name,deactivate_on";
  const line = ({ email }: { email: string }, day: string): string =>
    `${email},Lea,Ver ${email.replace(/\D/g, "")},${day}`;
  const file = [
    head,
    line(lea, inDays(9)),
    line(leo, ""),
    `old@example.com,A,B,${inDays(-1)}`,
    `bad@example.com,A,B,soon`,
  ];
  const { address, html } = await checked(ada, [...file, `new@example.com,New,Comer,${inDays(8)}`].join("\n"));
  expect(counts(html)).toEqual({ Create: 1, Change: 1, Unchanged: 1, Wrong: 2 });
  expect(lines(html).join(" ")).toContain("This day is over. Choose today or a later day");
  await ada.submit(address, { changesUsers: "on" });
  expect([await dayOf(lea), await dayOf(leo)]).toEqual([inDays(9), inDays(40)]);
  expect(await roster.db("users").where({ email: "new@example.com" }).first("deactivate_on")).toEqual({
    deactivate_on: inDays(8),
  });
  const { text } = await ada.get(`/admin/managers/export.csv?search=${lea.email}`);
  expect(text).toMatch(/,status,deactivate_on,/);
  expect(text).toContain(`,active,${inDays(9)},`);
});

test("the filter Leaving soon shows active users whose day comes within 30 days, and works with a search", async () => {
  await roster.db("users").update({ deactivate_on: null, deactivate_at: null });
  const people = [await newUser(), await newUser(), await newUser(), await newUser()];
  const [soon, later, over, inactive] = people as unknown as [Id, Id, Id, Id];
  await setDay(soon, inDays(29));
  await setDay(later, inDays(31));
  await setDay(inactive, inDays(5));
  await roster.db("users").where({ id: inactive.id }).update({ status: "inactive" });
  await pass(over);
  const found = async (query: string): Promise<string[]> =>
    (tables((await ada.get(`/admin/managers?status=leaving${query}`)).text)[0] ?? []).map(([, email = ""]) => email);
  const email = people[0]?.email ?? "";
  for (const query of ["", "&search=leaver", "&search=le", "&role=member&sort=status", "&sort=-lastLogin"])
    expect([query, await found(query)]).toEqual([query, [email]]);
  expect(await found("&role=admin")).toEqual([]);
  expect(await found("&search=nobody")).toEqual([]);
  const { text } = await ada.get("/admin/managers/export.csv?status=leaving");
  expect(text.trim().split("\r\n")).toHaveLength(2);
});
