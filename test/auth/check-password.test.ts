import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import bcrypt from "bcrypt";
import { findHighestCost } from "../../src/auth/queries.ts";
import type { PasswordHashing } from "../../src/passwords/hashing.ts";
import { Busy } from "../../src/roles/errors.ts";
import { eventually } from "../support/eventually.ts";
import { passTime, triesFor as triesIn, tryLogIn as tryIn, wrong } from "../support/guessing.ts";
import { errorsOf, linkTo, titleOf } from "../support/html.ts";
import { addUser, password } from "../support/people.ts";
import { historyOf, storedUser } from "../support/records.ts";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
/** Another process of the same installation, which trusts a proxy on this machine. */
let proxied: Awaited<ReturnType<typeof startSecondServer>>;

beforeAll(async () => {
  roster = await startRoster();
  proxied = await startSecondServer(roster, { TRUST_PROXY: "loopback" });
});
beforeEach(() => roster.db("throttles").del());
afterAll(async () => {
  await proxied.close();
  await roster.close();
});

const tryLogIn = (email: string, typed?: string, visitor?: Visitor) => tryIn(roster, email, typed, visitor);
const triesFor = (email: string, count: number, visitor?: Visitor) => triesIn(roster, email, count, visitor);
const seconds = 1_000;
const minutes = 60 * seconds;
const rows = (kind: string) => roster.db("throttles").whereLike("key", `${kind}:%`);

const people: [string, string][] = [
  ["a known user's", "ada@example.com"],
  ["an unknown", "nobody@example.com"],
  ["an inactive user's", "ian@example.com"],
];

describe.each(people)("log-ins with %s email:", (_, email) => {
  test("five tries are free, then even the right password must wait, and a refused try does not lengthen the wait", async () => {
    expect(await triesFor(email, 5)).toEqual([422, 422, 422, 422, 422]);
    expect([await tryLogIn(email, password), await tryLogIn(email)]).toEqual([429, 429]);
    expect(await rows("login")).toEqual([expect.objectContaining({ count: 5 })]);
    await passTime(roster, 30 * seconds);
    expect(await tryLogIn(email, password)).toBe(email.startsWith("ada") ? 303 : 422);
  });

  test("the waits grow from half a minute to a quarter of an hour, and end after a day", async () => {
    await triesFor(email, 4);
    for (const wait of [0.5, 1, 2, 4, 8, 15, 15, 15]) {
      expect(await tryLogIn(email)).toBe(422);
      await passTime(roster, wait * minutes - 5 * seconds);
      expect(await tryLogIn(email)).toBe(429);
      await passTime(roster, 5 * seconds);
    }
    await passTime(roster, 24 * 60 * minutes);
    expect(await triesFor(email, 6)).toEqual([422, 422, 422, 422, 422, 429]);
  });
});

test("the page over the limit is the same for known, unknown and inactive users, with the wait in words and in Retry-After", async () => {
  const answers = [];
  for (const [, email] of people) {
    await triesFor(email, 5);
    for (const typed of [wrong, password]) {
      const { status, text, headers } = await visit(roster).submit("/login", { email, password: typed });
      expect(Number(headers["retry-after"])).toBeGreaterThan(20);
      expect(Number(headers["retry-after"])).toBeLessThanOrEqual(30);
      const page = text.replace(email, "").replace(/name="_csrf" value="[^"]*"/, "");
      answers.push({ status, text: page, headers: Object.keys(headers).sort() });
    }
  }
  const { text = "" } = answers[0] ?? {};
  expect(titleOf(text)).toContain("Error: Log in");
  expect(errorsOf(text).form).toBe(
    "Too many wrong passwords. Try again in 1 minute, or use “Forgot password?” to choose a new one.",
  );
  expect(linkTo(text, "Forgot password?")).toBe("/forgot-password");
  for (const answer of answers) expect(answer).toEqual({ ...answers[0], status: 429 });
});

test("wrong passwords do not end open sessions", async () => {
  const visitor = await logIn(roster, "mia");
  await triesFor("mia@example.com", 6);
  expect((await visitor.get("/profile")).status).toBe(200);
});

test("the right password resets the count of the email, and not that of the network", async () => {
  await triesFor("ada@example.com", 4);
  await logIn(roster, "ada");
  expect([await rows("login"), await rows("network")]).toEqual([[], [expect.objectContaining({ count: 4 })]]);
});

test("only five of fifty parallel tries in two processes are checked", async () => {
  const visitors = [visit(roster), visit(proxied)];
  await Promise.all(visitors.map((visitor) => visitor.get("/login")));
  // Each try needs its own form, because a repeated form gets the first response.
  const forms = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => ({
      by: visitors[i % 2],
      _csrf: await visitors[i % 2]?.token("/login"),
    })),
  );
  const statuses = await Promise.all(
    forms.map(
      async ({ by, _csrf }) => (await by?.post("/login", { _csrf, email: "max@example.com", password: wrong }))?.status,
    ),
  );
  expect(statuses.filter((status) => status === 422)).toHaveLength(5);
  expect(statuses.filter((status) => status === 429)).toHaveLength(45);
});

test("a try does not count if the queue is too full to check the password", async () => {
  const busy = () => Promise.reject(new Busy());
  const hashing: PasswordHashing = { ...roster.deps.hashing, verify: busy };
  const other = await startSecondServer(roster, {}, { hashing });
  const statuses = await triesIn(other, "ada@example.com", 7);
  await other.close();
  expect(statuses).toEqual(Array(7).fill(503));
  expect((await roster.db("throttles")).map(({ count }) => count)).toEqual([0, 0]);
});

test("a log-in whose browser has disconnected leaves the queue, and its password is not checked", async () => {
  const compare = jest.spyOn(bcrypt, "compare");
  const gate = Promise.withResolvers<void>();
  compare.mockImplementation(async () => {
    await gate.promise;
    return false;
  });
  try {
    const running = ["one", "two"].map((name) => tryLogIn(`${name}@example.com`));
    await eventually(() => compare.mock.calls.length === 2);
    const visitor = visit(roster);
    const form = new URLSearchParams({ _csrf: await visitor.token("/login"), email: "ada@example.com", password });
    const leaving = new AbortController();
    const access = { domain: "127.0.0.1", path: "/", secure: false, script: false };
    const headers = { Cookie: visitor.agent.jar.getCookies(access).toValueString() };
    const left = fetch(`${roster.url}/login`, { method: "POST", body: form, headers, signal: leaving.signal });
    // Counted just before it waits.
    await eventually(async () => (await rows("login")).length === 3);
    leaving.abort();
    await expect(left).rejects.toThrow("aborted");
    await eventually(() => roster.log().includes('"status":0'));
    gate.resolve();
    await Promise.all(running);
    expect(compare).toHaveBeenCalledTimes(2);
  } finally {
    gate.resolve();
    compare.mockRestore();
  }
});

describe("a locked email stays locked (CVE-2025-64526)", () => {
  const email = "mia@example.com";
  beforeEach(() => triesFor(email, 5));

  test.each(["MIA@example.com", " mia@example.com\t", "mia@EXAMPLE.COM", "\u00a0mia@example.com"])(
    "for the email written as %j",
    async (typed) => {
      expect(await tryLogIn(typed, password)).toBe(429);
    },
  );

  test.each<[string, Record<string, string | string[]>, number]>([
    ["/login?email=other@example.com", { email }, 429],
    ["/login/", { email }, 429],
    ["/LOGIN", { email }, 404],
    ["/login?next=/profile", { email, account: "other", "email[]": "other@example.com" }, 429],
    ["/login", { email: [email, "other@example.com"] }, 422],
    ["/login", { "email[0]": email }, 422],
  ])("for %s with %j", async (path, fields, status) => {
    const visitor = visit(roster);
    const _csrf = await visitor.token("/login");
    expect((await visitor.post(path, { ...fields, _csrf, password })).status).toBe(status);
  });

  test.each(["roster-known=x", `roster-known=${"a".repeat(43)}`, "__Host-roster-known=%00"])(
    "for the cookie %s",
    async (cookie) => {
      const visitor = visit(roster);
      const _csrf = await visitor.token("/login");
      visitor.agent.jar.setCookie(cookie, "127.0.0.1", "/");
      expect((await visitor.post("/login", { _csrf, email, password })).status).toBe(429);
    },
  );
});

describe("the network of a visitor", () => {
  const from = (on: Pick<Roster, "url">, headers: Record<string, string>): Visitor => {
    const visitor = visit(on);
    visitor.agent.set(headers);
    return visitor;
  };
  const sixtyFrom = (address: (i: number) => string) =>
    Promise.all(
      Array.from({ length: 61 }, (_, i) =>
        tryIn(proxied, `${i}@example.com`, wrong, from(proxied, { "X-Forwarded-For": address(i) })),
      ),
    );

  test.each([
    ["IPv6", (i: number) => `2001:db8:1:2::${i + 1}`, "2001:db8:1:2:ffff::1", "2001:db8:1:3::1"],
    ["IPv4", () => "192.0.2.7", "192.0.2.7", "192.0.2.8"],
    ["IPv4 with the port", (i: number) => `192.0.2.7:${i + 1024}`, "::ffff:192.0.2.7", "192.0.2.8"],
  ])("has sixty tries for all emails together in a quarter of an hour (%s)", async (_, address, same, other) => {
    const statuses = await sixtyFrom(address);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    const mia = (at: string) => tryIn(proxied, "mia@example.com", password, from(proxied, { "X-Forwarded-For": at }));
    expect([await mia(same), await mia(other)]).toEqual([429, 303]);
    await passTime(roster, 15 * minutes);
    expect(await mia(same)).toBe(303);
  });

  test("over its limit does not use up the tries of an account", async () => {
    await sixtyFrom(() => "192.0.2.7");
    await roster.db("throttles").whereLike("key", "login:%").del();
    const visitor = from(proxied, { "X-Forwarded-For": "192.0.2.7" });
    expect(await triesIn(proxied, "mia@example.com", 3, visitor)).toEqual([429, 429, 429]);
    expect(await rows("login")).toEqual([]);
  });

  test.each(["X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP", "X-Client-IP", "True-Client-IP"])(
    "is not taken from the header %s without a trusted proxy (CVE-2023-36456)",
    async (header) => {
      for (const address of ["192.0.2.1", "192.0.2.2"]) {
        await tryIn(roster, "a@example.com", wrong, from(roster, { [header]: address }));
      }
      expect(await rows("network")).toEqual([expect.objectContaining({ key: "network:127.0.0.1", count: 2 })]);
    },
  );

  test("behind a trusted proxy is the address that the proxy saw, not one that the client claims (CVE-2023-36456)", async () => {
    for (const claimed of ["198.51.100.1", "198.51.100.2"]) {
      const headers = { "X-Forwarded-For": `${claimed}, 192.0.2.7` };
      await tryIn(proxied, "a@example.com", wrong, from(proxied, headers));
    }
    expect(await rows("network")).toEqual([expect.objectContaining({ key: "network:192.0.2.7", count: 2 })]);
  });
});

describe("the history of a user", () => {
  test.each(["active", "inactive"])("has each lock of an %s user once", async (status) => {
    const person = await addUser(roster.deps, { email: `${status}@example.com` });
    await roster.db("users").where({ id: person.id }).update({ status });
    const locks = () => historyOf(roster, person, "account.locked");
    await triesFor(person.email, 7);
    await eventually(async () => (await locks()).length === 1);
    await passTime(roster, 15 * minutes);
    await triesFor(person.email, 2);
    await passTime(roster, 24 * 60 * minutes);
    await triesFor(person.email, 5);
    await eventually(async () => (await locks()).length === 2);
    expect(await locks()).toEqual(Array(2).fill({ action: "account.locked", by: null, changes: {} }));
  });

  test("has no lock if the fifth try is right, and there is none for an unknown email", async () => {
    const before = await roster.db("activity").where({ action: "account.locked" }).count();
    await triesFor("ada@example.com", 4);
    await logIn(roster, "ada");
    await triesFor("nobody@example.com", 6);
    expect(await roster.db("activity").where({ action: "account.locked" }).count()).toEqual(before);
  });
});

test("the counts of tries contain no readable email", async () => {
  await triesFor("secret-name@example.com", 1);
  expect(JSON.stringify(await roster.db("throttles"))).not.toContain("secret-name");
});

describe("a password hash of another cost than the configured one", () => {
  const renewing = ["mia@example.com", "ian@example.com"] as const;
  const costs = async () =>
    Promise.all(
      renewing.map(async (email) => {
        const { password_hash } = await roster.db("users").where({ email }).first("password_hash");
        return bcrypt.getRounds(password_hash);
      }),
    );
  beforeEach(async () => {
    await roster
      .db("users")
      .whereIn("email", renewing)
      .update({ password_hash: await bcrypt.hash(password, 5) });
  });

  test("is renewed only by the right password of an active user, and nothing else of the user changes", async () => {
    const before = await storedUser(roster, roster.people.mia);
    for (const email of renewing) expect(await tryLogIn(email)).toBe(422);
    expect(await tryLogIn("ian@example.com", password)).toBe(422);
    expect(await costs()).toEqual([5, 5]);
    const session = await logIn(roster, "mia");
    expect(await costs()).toEqual([4, 5]);
    const { password_hash, last_login_at, ...after } = await storedUser(roster, roster.people.mia);
    expect({ ...before, ...after }).toEqual(before);
    expect((await session.get("/profile")).status).toBe(200);
    expect(await tryLogIn("mia@example.com", password)).toBe(303);
  });

  test("lets in everyone who logs in at the same moment", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => tryLogIn("mia@example.com", password)));
    expect(answers).toEqual([303, 303, 303, 303, 303]);
    expect(await costs()).toEqual([4, 5]);
  });

  test("is found at the start if its cost is the highest", async () => {
    expect(await findHighestCost(roster.db)).toBe(5);
  });
});
