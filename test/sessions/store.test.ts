import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { SessionData } from "express-session";
import { hashToken } from "../../src/platform/secrets.ts";
import { timestampIn } from "../../src/platform/time.ts";
import { removeEndedSessions, SessionStore } from "../../src/sessions/store.ts";
import { addUser } from "../support/people.ts";
import { refuseWrites } from "../support/refusing.ts";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { cookieOf, sessionIdOf, sessionOf } from "../support/sessions.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let mia: Visitor;

beforeAll(async () => {
  roster = await startRoster({ SESSION_IDLE: "2h", SESSION_MAX: "24h" });
});
beforeEach(async () => {
  await roster.db("throttles").del();
  mia = await logIn(roster, "mia");
});
afterAll(() => roster.close());

const minute = 60_000;
const hour = 60 * minute;
/** Makes this browser's session look as if it had begun and been used this long ago. */
const age = (visitor: Visitor, { began = 0, seen = 0 }: { began?: number; seen?: number }) =>
  roster
    .db("sessions")
    .where({ id_hash: hashToken(sessionIdOf(visitor)) })
    .update({ created_at: timestampIn(-Math.max(began, seen)), last_seen_at: timestampIn(-seen) });
const isLoggedIn = async (visitor: Visitor) => (await visitor.get("/profile")).status === 200;

describe("a session", () => {
  test.each([
    ["stays open within the idle time", { seen: 2 * hour - minute }, true],
    ["ends after the idle time", { seen: 2 * hour }, false],
    ["stays open within its maximum lifetime", { began: 24 * hour - minute }, true],
    ["ends after its maximum lifetime, even if it is used", { began: 24 * hour }, false],
  ])("%s", async (_, ages, goesOn) => {
    await age(mia, ages);
    expect(await isLoggedIn(mia)).toBe(goesOn);
  });

  test("lasts as long as the settings say", async () => {
    const { url } = await startSecondServer(roster, { SESSION_IDLE: "10m", SESSION_MAX: "1h" });
    const asked = (visitor: Visitor) => visitor.agent.get("/profile");
    const visitor = await logIn({ ...roster, url }, "mia");
    await age(visitor, { seen: 9 * minute });
    expect((await asked(visitor)).status).toBe(200);
    await age(visitor, { seen: 10 * minute });
    expect((await asked(visitor)).status).toBe(303);
  });

  test.each(["30s", "1m", "4m", "10m"])("that is used stays open, with SESSION_IDLE=%s too", async (SESSION_IDLE) => {
    const { url } = await startSecondServer(roster, { SESSION_IDLE });
    const visitor = await logIn({ ...roster, url }, "mia");
    const units: Record<string, number> = { s: 1_000, m: minute };
    const idle = Number.parseInt(SESSION_IDLE, 10) * (units[SESSION_IDLE.slice(-1)] ?? 0);
    for (let i = 0; i < 4; i++) {
      const { last_seen_at } = await sessionOf(roster, visitor);
      const seen = Math.max(0, Date.now() - Date.parse(last_seen_at)) + 0.4 * idle;
      await age(visitor, { seen });
      expect([i, (await visitor.agent.get("/profile")).status]).toEqual([i, 200]);
    }
    await age(visitor, { seen: idle });
    expect((await visitor.agent.get("/profile")).status).toBe(303);
  });

  test("records its last use at most every five minutes, or every tenth of a shorter SESSION_IDLE", async () => {
    await mia.get("/profile"); // stores the form's secret
    for (const [seen, isWritten] of [
      [0, false],
      [4 * minute, false],
      [6 * minute, true],
    ] as const) {
      await age(mia, { seen });
      const before = await sessionOf(roster, mia);
      await mia.get("/profile");
      const after = await sessionOf(roster, mia);
      expect([seen, after.last_seen_at !== before.last_seen_at]).toEqual([seen, isWritten]);
      expect(after).toEqual({ ...before, last_seen_at: after.last_seen_at });
    }
    const { url } = await startSecondServer(roster, { SESSION_IDLE: "20m" });
    const visitor = await logIn({ ...roster, url }, "mia");
    await visitor.agent.get("/profile");
    for (const [seen, isWritten] of [
      [minute, false],
      [3 * minute, true],
    ] as const) {
      await age(visitor, { seen });
      const before = await sessionOf(roster, visitor);
      await visitor.agent.get("/profile");
      expect([seen, (await sessionOf(roster, visitor)).last_seen_at !== before.last_seen_at]).toEqual([
        seen,
        isWritten,
      ]);
    }
  });

  test("contains nothing about the user but the ID", async () => {
    await mia.get("/profile");
    const row = await sessionOf(roster, mia);
    expect(row.user_id).toBe(roster.people.mia.id);
    expect(Object.keys(JSON.parse(row.data)).sort()).toEqual(["cookie", "csrfSecret"]);
  });

  test("of a user who became inactive is removed, and the log-in page works as for a visitor", async () => {
    const zoe = await addUser(roster.deps, { email: "zoe@example.com" });
    const visitor = await logIn(roster, zoe);
    await roster.db("users").where({ id: zoe.id }).update({ status: "inactive" });
    const before = Number((await roster.db("sessions").count({ count: "*" }).first())?.count);
    const _csrf = await visitor.token("/login");
    expect(await roster.db("sessions").count({ count: "*" }).first()).toEqual({ count: before - 1 });
    for (let i = 0; i < 2; i++)
      expect((await visitor.post("/login", { _csrf, email: "x@example.com", password: "x" })).status).toBe(422);
  });

  test("is not started for a visitor, and a page without a form sets no cookie", async () => {
    const visitor = visit(roster);
    const before = await roster.db("sessions").count();
    for (const path of ["/", "/nothing-here", "/healthz", "/reset-password/x", "/setup", "/site.css", "/photos/1/x"]) {
      const answer = await visitor.get(path);
      expect([path, answer.headers["set-cookie"]]).toEqual([path, undefined]);
    }
    expect(await roster.db("sessions").count()).toEqual(before);
  });
});

describe("the session store", () => {
  const ask = <T>(work: (done: (error?: unknown, value?: T) => void) => void) =>
    new Promise<T | undefined>((resolve, reject) => work((error, value) => (error ? reject(error) : resolve(value))));
  const limits = { idle: 2 * hour, maxAge: 24 * hour };

  test("never writes back a session that ended during a request", async () => {
    const store = new SessionStore(roster.db, limits);
    const id = sessionIdOf(mia);
    const data = await ask<SessionData | null>((done) => store.get(id, done));
    if (!data) throw new Error("no session");
    await ask((done) => store.destroy(id, done));
    await ask((done) => store.set(id, { ...data, newPasswordLater: true }, done));
    await ask((done) => store.touch(id, { ...data, lastSeenAt: timestampIn(-hour) }, done));
    expect(await sessionOf(roster, mia)).toBeUndefined();
    expect(await isLoggedIn(mia)).toBe(false);
  });

  test("removes expired sessions and nothing else", async () => {
    await roster.db("sessions").del();
    const {
      mia: { id },
    } = roster.people;
    const rows: [string, number | null, number, number][] = [
      ["user, fresh", id, 0, 0],
      ["user, idle", id, 3 * hour, 2 * hour],
      ["user, nearly idle", id, 3 * hour, 2 * hour - minute],
      ["user, old", id, 24 * hour, 0],
      ["visitor, fresh", null, hour, 29 * minute],
      ["visitor, idle", null, hour, 31 * minute],
    ];
    for (const [name, user_id, began, seen] of rows) {
      const times = { created_at: timestampIn(-began), last_seen_at: timestampIn(-seen) };
      await roster.db("sessions").insert({ id_hash: name, user_id, data: "{}", ...times });
    }
    await removeEndedSessions(roster.db, limits);
    const left = await roster.db("sessions").pluck("id_hash").orderBy("id_hash");
    expect(left).toEqual(["user, fresh", "user, nearly idle", "visitor, fresh"]);
    await roster.db("sessions").del();
  });
});

describe("while sessions cannot be written,", () => {
  const refused: (() => Promise<void>)[] = [];
  const refuse = async (what: "insert" | "update") =>
    void refused.push(await refuseWrites(roster.db, what, "sessions"));
  afterEach(async () => {
    for (const allow of refused.splice(0)) await allow();
  });

  test("pages are still shown", async () => {
    await age(mia, { seen: 10 * minute });
    await refuse("insert");
    await refuse("update");
    for (const [visitor, path] of [
      [visit(roster), "/login"],
      [mia, "/profile"],
    ] as const) {
      const page = await visitor.get(path);
      expect([page.status, page.text.trim().endsWith("</html>")]).toEqual([200, true]);
    }
  });

  test("logging in answers 500", async () => {
    const visitor = visit(roster);
    await visitor.get("/login");
    await refuse("insert");
    expect((await visitor.submit("/login", { email: "max@example.com" })).status).toBe(422);
    const answer = await visitor.submit("/login", { email: "max@example.com", password: "violet-otter-tramway-49" });
    expect(answer.status).toBe(500);
  });
});

describe("the secret that signs cookies", () => {
  const [old, young] = ["o".repeat(32), "y".repeat(32)];
  const isTaken = async (settings: string, cookie: string): Promise<boolean> => {
    const { url } = await startSecondServer(roster, { SESSION_SECRET: settings });
    const page = await visit({ url }).agent.get("/profile").set("Cookie", cookie);
    return page.status === 200;
  };

  test("can be replaced while the old one is still accepted", async () => {
    const { url } = await startSecondServer(roster, { SESSION_SECRET: old });
    const visitor = await logIn({ ...roster, url }, "mia");
    const cookie = cookieOf(visitor);
    expect(await isTaken(old, cookie)).toBe(true);
    expect(await isTaken(`${young}, ${old}`, cookie)).toBe(true);
    expect(await isTaken(young, cookie)).toBe(false);
    expect(await isTaken(old, cookie.slice(0, -1))).toBe(false);
  });

  test("is the first one in SESSION_SECRET for new cookies", async () => {
    const { url } = await startSecondServer(roster, { SESSION_SECRET: `${young},${old}` });
    const visitor = await logIn({ ...roster, url }, "mia");
    const cookie = cookieOf(visitor);
    expect([await isTaken(young, cookie), await isTaken(old, cookie)]).toEqual([true, false]);
  });
});
