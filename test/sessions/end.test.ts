import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { hashToken } from "../../src/platform/secrets.ts";
import { timestampIn } from "../../src/platform/time.ts";
import { removeEndedSessions } from "../../src/sessions/store.ts";
import { formatTime } from "../../src/words/times.ts";
import { buttons, section, tables, words } from "../support/html.ts";
import { addUser, giveResetLink, type Person, password } from "../support/people.ts";
import { historyOf } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { codeFor, shownSecret } from "../support/second-factor.ts";
import { sessionIdOf, sessionOf } from "../support/sessions.ts";
import { formFields, logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let zoe: Person;
let count = 0;

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(async () => {
  await roster.db("throttles").del();
  await roster.db("sessions").del();
  ada = await logIn(roster, "ada");
  count += 1;
  zoe = await addUser(roster.deps, { email: `zoe${count}@example.com`, firstName: "Zoë", lastName: "O'Neill" });
});
afterAll(() => roster.close());

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const nameOf = (visitor: Visitor): string => hashToken(sessionIdOf(visitor)).slice(0, 16);
const rowsOf = (html: string) => tables(section(html, "Sessions"))[0] ?? [];
const isLoggedIn = async (visitor: Visitor) => (await visitor.get("/")).headers.location !== "/login?next=%2F";

async function logInWith(browser: string, person: Person): Promise<Visitor> {
  const visitor = visit(roster);
  const form = formFields((await visitor.get("/login")).text);
  await visitor.post("/login", { ...form, email: person.email, password }).set("User-Agent", browser);
  return visitor;
}

type Place = { who: string; page: () => string; asked: () => Promise<Visitor>; whose: () => Person };
const places: Place[] = [
  { who: "a Member on /profile", page: () => "/profile", asked: () => logIn(roster, zoe), whose: () => zoe },
  {
    who: "an Admin on their own User profile",
    page: () => `/admin/managers/${roster.people.ada.id}`,
    asked: async () => ada,
    whose: () => roster.people.ada,
  },
];
const sessionsOf = (page: string): string => `${page}/sessions`;

describe.each(places)("$who", ({ page, asked, whose }) => {
  test("sees browser, address, first and last seen of each session, the current one first", async () => {
    const visitor = await asked();
    const other = await logInWith(firefox, whose());
    const times = { created_at: timestampIn(-3 * 3_600_000), last_seen_at: timestampIn(-20 * 60_000) };
    await roster
      .db("sessions")
      .where({ id_hash: hashToken(sessionIdOf(other)) })
      .update(times);
    const { text } = await visitor.get(page());
    const [created, seen] = [times.created_at, times.last_seen_at].map((at) => formatTime(at).relative);
    const [present, older, ...more] = rowsOf(text);
    expect(present?.[0]).toBe("Unknown browser this session");
    expect(older).toEqual(["Firefox on Linux", "127.0.0.1", `${seen} logged in ${created}`, "End"]);
    expect(more).toEqual([]);
    expect(buttons(section(text, "Sessions"))).toEqual(["End", "End", "End all others"]);
    expect(text).not.toContain(sessionIdOf(visitor));
    expect(text).not.toContain(hashToken(sessionIdOf(other)));
  });

  test("ends one other session immediately, with history", async () => {
    const visitor = await asked();
    const [phone, tablet] = [await logInWith(firefox, whose()), await logInWith(firefox, whose())];
    const answer = await visitor.submit(page(), {}, { action: `${sessionsOf(page())}/${nameOf(phone)}/end` });
    expect([answer.status, answer.headers.location]).toEqual([303, page()]);
    expect(words((await visitor.get(page())).text)).toContain("Session ended.");
    expect(await sessionOf(roster, phone)).toBeUndefined();
    expect([await isLoggedIn(phone), await isLoggedIn(tablet), await isLoggedIn(visitor)]).toEqual([false, true, true]);
    expect((await historyOf(roster, whose(), "session.ended")).at(-1)).toEqual({
      action: "session.ended",
      by: whose().id,
      changes: { sessions: { before: "3", after: "2" } },
    });
  });

  test("ends all other sessions in one press, and a notice says if there is none", async () => {
    const visitor = await asked();
    const others = [await logIn(roster, whose()), await logIn(roster, whose())];
    const form = formFields((await visitor.get(page())).text, `${sessionsOf(page())}/end`);
    for (const _press of [1, 2])
      expect((await visitor.post(`${sessionsOf(page())}/end`, form)).headers.location).toBe(page());
    for (const other of others) expect(await isLoggedIn(other)).toBe(false);
    const { text } = await visitor.get(page());
    expect(words(text)).toContain("All other sessions ended.");
    expect([rowsOf(text).length, buttons(section(text, "Sessions"))]).toEqual([1, ["End"]]);
    const ended = (await historyOf(roster, whose(), "session.ended")).slice(-1);
    expect(ended.map(({ changes }) => changes)).toEqual([{ sessions: { before: "3", after: "1" } }]);
  });

  test("logs out by ending the current session", async () => {
    const visitor = await asked();
    const answer = await visitor.submit(page(), {}, { action: `${sessionsOf(page())}/${nameOf(visitor)}/end` });
    expect([answer.status, answer.headers["clear-site-data"]]).toEqual([303, '"cache"']);
    expect(await sessionOf(roster, visitor)).toBeUndefined();
    expect(await isLoggedIn(visitor)).toBe(false);
  });
});

test("an Admin ends one and all sessions of another user", async () => {
  const page = `/admin/managers/${zoe.id}`;
  const [phone, tablet, desk] = [await logIn(roster, zoe), await logIn(roster, zoe), await logIn(roster, zoe)];
  const { text } = await ada.get(page);
  expect([rowsOf(text).length, section(text, "Sessions")]).toEqual([3, expect.not.stringContaining("this session")]);
  await ada.submit(page, {}, { action: `${page}/sessions/${nameOf(phone)}/end` });
  expect([await isLoggedIn(phone), await isLoggedIn(tablet)]).toEqual([false, true]);
  const answer = await ada.submit(page, {}, { action: `${page}/sessions/end` });
  expect(answer.headers.location).toBe(page);
  for (const visitor of [tablet, desk]) expect(await isLoggedIn(visitor)).toBe(false);
  expect(await isLoggedIn(ada)).toBe(true);
  const after = await ada.get(page);
  expect(words(after.text)).toContain("All sessions of this user ended.");
  expect(words(section(after.text, "Sessions"))).toContain("is not logged in anywhere.");
  expect(await historyOf(roster, zoe, "session.ended")).toEqual([
    { action: "session.ended", by: roster.people.ada.id, changes: { sessions: { before: "3", after: "2" } } },
    { action: "session.ended", by: roster.people.ada.id, changes: { sessions: { before: "2", after: "0" } } },
  ]);
  expect(words(section(after.text, "History"))).toContain("Open sessions: 2 became 0");
});

test("ending a session answers 404 for other users', other organizations' and invalid sessions", async () => {
  const [mia, max, eve] = [await logIn(roster, "mia"), await logIn(roster, "max"), await logIn(roster, "eve")];
  const full = hashToken(sessionIdOf(max));
  const _csrf = await mia.token("/profile");
  const hers = await ada.token("/admin/organization");
  const own = `/admin/managers/${roster.people.mia.id}`;
  for (const name of [
    nameOf(max),
    nameOf(eve),
    full,
    "%25",
    "_".repeat(16),
    nameOf(max).slice(0, 15),
    "0".repeat(16),
  ]) {
    expect([name, (await mia.post(`/profile/sessions/${name}/end`, { _csrf })).status]).toEqual([name, 404]);
    expect([name, (await ada.post(`${own}/sessions/${name}/end`, { _csrf: hers })).status]).toEqual([name, 404]);
  }
  const eves = `/admin/managers/${roster.people.eve.id}/sessions`;
  for (const action of [`${eves}/end`, `${eves}/${nameOf(eve)}/end`])
    expect([action, (await ada.post(action, { _csrf: hers })).status]).toEqual([action, 404]);
  for (const visitor of [mia, max, eve]) expect(await isLoggedIn(visitor)).toBe(true);
});

test("an expired session is not listed", async () => {
  const idle = await logIn(roster, zoe);
  await roster
    .db("sessions")
    .where({ id_hash: hashToken(sessionIdOf(idle)) })
    .update({ last_seen_at: timestampIn(-3 * 3_600_000) });
  expect(rowsOf((await ada.get(`/admin/managers/${zoe.id}`)).text)).toEqual([]);
});

describe("if a user has many open sessions,", () => {
  /** Each was seen later than any session of a visitor here. */
  const addSessions = (person: Person, count: number) =>
    roster.db("sessions").insert(
      Array.from({ length: count }, (_, index) => ({
        id_hash: hashToken(`${person.id} ${index}`),
        user_id: person.id,
        data: "{}",
        created_at: timestampIn(-60_000),
        last_seen_at: timestampIn(index * 1_000),
      })),
    );
  const openOf = async ({ id }: Person): Promise<number> =>
    Number((await roster.db("sessions").where({ user_id: id }).count({ count: "*" }).first())?.count);

  test.each(places)("$who sees the current one first, how many there are, and ends all others", async (place) => {
    const visitor = await place.asked();
    await addSessions(place.whose(), 63);
    const { text } = await visitor.get(place.page());
    expect(rowsOf(text)).toHaveLength(50);
    expect(rowsOf(text)[0]?.[0]).toBe("Unknown browser this session");
    expect(words(section(text, "Sessions"))).toContain(
      "These are the 50 most recent of 64 sessions. “End all others” ends the older ones too.",
    );
    await visitor.submit(place.page(), {}, { action: `${sessionsOf(place.page())}/end` });
    expect([await openOf(place.whose()), await isLoggedIn(visitor)]).toEqual([1, true]);
  });

  test("the page says nothing about more if it lists all fifty", async () => {
    await addSessions(zoe, 50);
    const { text } = await ada.get(`/admin/managers/${zoe.id}`);
    expect([rowsOf(text).length, words(text).includes("most recent of")]).toEqual([50, false]);
  });

  test.each([
    ["an Admin's “End all sessions”", "sessions/end", {}],
    [
      "a new password",
      "password",
      { password: "copper lantern drizzle 8", confirmPassword: "copper lantern drizzle 8" },
    ],
    ["deactivation", "status", { status: "inactive" }],
  ])("%s ends every session", async (_, what, fields) => {
    await addSessions(zoe, 63);
    const page = `/admin/managers/${zoe.id}`;
    const card = section((await ada.get(page)).text, "Sessions");
    expect(words(card)).toContain(
      "These are the 50 most recent of 63 sessions. “End all sessions” ends the older ones too.",
    );
    const form = { ...formFields((await ada.get(page)).text, `${page}/sessions/end`), ...fields };
    expect((await ada.post(`${page}/${what}`, form)).status).toBe(303);
    expect(await openOf(zoe)).toBe(0);
    expect((await historyOf(roster, zoe, "session.ended")).at(-1)?.changes.sessions).toEqual({
      before: "63",
      after: "0",
    });
  });

  test("a reset link and setting up a second factor end every other session", async () => {
    await addSessions(zoe, 63);
    const chosen = { password: "copper lantern drizzle 8", confirmPassword: "copper lantern drizzle 8" };
    await visit(roster).submit(await giveResetLink(roster.deps, zoe), chosen);
    expect(await openOf(zoe)).toBe(0);
    const visitor = await logIn(roster, "mia");
    await addSessions(roster.people.mia, 63);
    const code = codeFor(shownSecret((await visitor.get("/profile/second-factor")).text));
    expect((await visitor.submit("/profile/second-factor", { code })).status).toBe(200);
    expect([await openOf(roster.people.mia), await isLoggedIn(visitor)]).toEqual([1, true]);
  });
});

describe("an open session", () => {
  test("ends on the server when a reset link sets a password (CVE-2026-22706)", async () => {
    const visitors = [await logIn(roster, zoe), await logIn(roster, zoe)];
    const link = await giveResetLink(roster.deps, zoe);
    const chosen = "copper lantern drizzle 8";
    expect((await visit(roster).submit(link, { password: chosen, confirmPassword: chosen })).status).toBe(303);
    for (const visitor of visitors)
      expect([await isLoggedIn(visitor), await sessionOf(roster, visitor)]).toEqual([false, undefined]);
  });

  test("ends on the server at deactivation, and stays ended after activation (CVE-2025-30351)", async () => {
    const visitor = await logIn(roster, zoe);
    const page = `/admin/managers/${zoe.id}/status`;
    await ada.submit(page, {});
    expect([await isLoggedIn(visitor), await sessionOf(roster, visitor)]).toEqual([false, undefined]);
    await ada.submit(page, {});
    expect(await isLoggedIn(visitor)).toBe(false);
  });

  test("of an inactive user opens nothing even if its row is left over (CVE-2025-30351)", async () => {
    const visitor = await logIn(roster, zoe);
    await roster.db("users").where({ id: zoe.id }).update({ status: "inactive" });
    expect((await visitor.get("/profile")).headers.location).toBe("/login?next=%2Fprofile");
  });

  test("has a changed role at its next request", async () => {
    const bob = await addUser(roster.deps, { email: `bob${count}@example.com`, role: "admin" });
    const visitor = await logIn(roster, bob);
    expect((await visitor.get("/admin/managers")).status).toBe(200);
    await ada.submit(`/admin/managers/${bob.id}/role`, { role: "member" });
    expect((await visitor.get("/admin/managers")).status).toBe(403);
  });
});

describe("sessions that no one ended by hand are recorded with the reason", () => {
  const reasons = async () =>
    (await historyOf(roster, zoe, "session.ended")).map(({ by, changes: { sessions, reason } }) => [
      by,
      sessions.before,
      sessions.after,
      reason.after,
    ]);

  test("for a new password and for deactivation", async () => {
    for (const _log of [1, 2]) await logIn(roster, zoe);
    const chosen = "copper lantern drizzle 8";
    await ada.submit(`/admin/managers/${zoe.id}/password`, { password: chosen, confirmPassword: chosen });
    await visit(roster).submit("/login", { email: zoe.email, password: chosen });
    await ada.submit(`/admin/managers/${zoe.id}/status`, {});
    const admin = roster.people.ada.id;
    expect(await reasons()).toEqual([
      [admin, "2", "0", "password"],
      [admin, "1", "0", "deactivation"],
    ]);
    const { text } = await ada.get(`/admin/managers/${zoe.id}`);
    expect(words(section(text, "History"))).toContain("Open sessions: 2 became 0 Reason: new password");
  });

  test("for another log-in in the same browser", async () => {
    const visitor = await logIn(roster, zoe);
    await visitor.submit("/login", { email: "mia@example.com", password });
    expect(await reasons()).toEqual([[zoe.id, "1", "0", "log-in"]]);
  });

  test("for expired ones that are cleaned up: one row for each user and reason, and none for visitors", async () => {
    const visitors = [1, 2, 3, 4].map(() => logIn(roster, zoe));
    const [idle, alsoIdle, old] = await Promise.all(visitors);
    await visit(roster).get("/login");
    const set = (visitor: Visitor | undefined, times: object) =>
      visitor &&
      roster
        .db("sessions")
        .where({ id_hash: hashToken(sessionIdOf(visitor)) })
        .update(times);
    for (const visitor of [idle, alsoIdle]) await set(visitor, { last_seen_at: timestampIn(-3 * 3_600_000) });
    await set(old, { created_at: timestampIn(-25 * 3_600_000) });
    await roster
      .db("sessions")
      .whereNull("user_id")
      .update({ last_seen_at: timestampIn(-3 * 3_600_000) });
    const before = await roster.db("activity").where({ action: "session.ended" });
    const limits = { idle: 2 * 3_600_000, maxAge: 24 * 3_600_000 };
    for (const _again of [1, 2]) await removeEndedSessions(roster.db, limits);
    expect((await reasons()).sort()).toEqual(
      [
        [null, "2", "1", "age"],
        [null, "4", "2", "idle"],
      ].sort(),
    );
    expect(await roster.db("activity").where({ action: "session.ended" })).toHaveLength(before.length + 2);
    expect(await roster.db("sessions").whereNull("user_id")).toEqual([]);
  });
});
