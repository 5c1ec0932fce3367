import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import type { PasswordHashing } from "../../src/passwords/hashing.ts";
import { hashToken } from "../../src/platform/secrets.ts";
import { errorsOf } from "../support/html.ts";
import { password } from "../support/people.ts";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { cookiesOf, idIn, sessionIdOf, sessionOf } from "../support/sessions.ts";
import { formFields, logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(() => roster.db("throttles").del());
afterAll(() => roster.close());

const refusal = "Wrong email or password. Check both and try again.";
const tryAs = (visitor: Visitor, email: string, typed = password, next = "") =>
  visitor.submit(`/login${next}`, { email, password: typed });
const leadsTo = async (path: string, email = "ada@example.com") => {
  const answer = await tryAs(visit(roster), email, password, path);
  return [answer.status, answer.headers.location];
};
const contains = (point: string): string =>
  `The email address contains an invisible character (${point}). Delete it and type that part again`;

/** A page without the parts that differ at each request. */
const plain = (html: string, email: string): string =>
  html.replaceAll(email, "EMAIL").replace(/(name="_csrf" value=")[^"]*/g, "$1");

test("the log-in page is open to anyone", async () => {
  expect((await visit(roster).get("/login")).status).toBe(200);
  expect((await (await logIn(roster, "mia")).get("/login")).status).toBe(200);
});

test("a wrong password, an unknown email and an inactive user get the same answer", async () => {
  const cases: [string, string][] = [
    ["ada@example.com", "wrong"],
    ["nobody@example.com", password],
    ["ian@example.com", password],
    ["ian@example.com", "wrong"],
    ["ada@example.com", ""],
    ["ada@example.com", `${password} `],
    ["ada@example.com", password.toUpperCase()],
    ["", password],
  ];
  const answers = [];
  for (const [email, typed] of cases) {
    const visitor = visit(roster);
    const answer = await tryAs(visitor, email, typed);
    expect(await sessionOf(roster, visitor)).toBeUndefined();
    answers.push({ status: answer.status, page: plain(answer.text, email || "value") });
    expect(errorsOf(answer.text)).toEqual({ form: refusal });
    if (typed) expect(answer.text).not.toContain(typed);
    if (email) expect(answer.text).toContain(`value="${email}"`);
  }
  for (const answer of answers.slice(1, 7)) expect(answer).toEqual(answers[0]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([422]));
});

test("an impossible email is refused with the reason, and no password is checked", async () => {
  for (const [email, fault] of [
    ["x".repeat(50_000), "The email address is too long; use at most 254 characters"],
    ["ada\0@example.com", contains("U+0000")],
    ["ada@exam\u200bple.com", contains("U+200B")],
  ] as const) {
    const answer = await tryAs(visit(roster), email, password);
    expect([answer.status, errorsOf(answer.text)]).toEqual([422, { email: fault }]);
  }
});

test("invisible characters around an email are ignored", async () => {
  for (const email of ["\u200bada@example.com", "ADA@example.com\u202c", "\ufeffada@example.com\u00ad\0"])
    expect((await tryAs(visit(roster), email, password)).status).toBe(303);
});

test("every try compares one password, whether the user exists or not (CVE-2024-39329)", async () => {
  const compared: boolean[] = [];
  const hashing: PasswordHashing = {
    ...roster.deps.hashing,
    verify: (typed, hash) => {
      compared.push(hash !== undefined);
      return roster.deps.hashing.verify(typed, hash);
    },
  };
  const { url } = await startSecondServer(roster, {}, { hashing });
  for (const email of ["ada@example.com", "nobody@example.com", "ian@example.com"])
    await tryAs(visit({ url }), email, "wrong");
  expect(compared).toEqual([true, false, true]);
});

test.each([" ada@example.com ", "ADA@Example.COM", "\tada@example.com"])(
  "an email can be typed as %j",
  async (typed) => {
    expect(await leadsTo("", typed)).toEqual([303, "/"]);
  },
);

test.each([
  ["", "/"],
  ["/admin/managers?search=a%26b&role=admin", "/admin/managers?search=a%26b&role=admin"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["/\t/evil.example", "/"],
  ["https://evil.example/admin", "/"],
  ["javascript:alert(1)", "/"],
  ["/.//evil.example", "/"],
  ["/x/..//evil.example", "/"],
  ["evil", "/"],
])("the log-in with next=%s leads to %s", async (next, to) => {
  expect(await leadsTo(`?next=${encodeURIComponent(next)}`)).toEqual([303, to]);
});

test("the log-in with a repeated next leads to the first page", async () => {
  expect(await leadsTo("?next=/profile&next=//evil.example")).toEqual([303, "/"]);
});

test("a log-in gives the session a new ID, stored only as a hash, and ends the old session", async () => {
  const visitor = visit(roster);
  await visitor.get("/login");
  const before = sessionIdOf(visitor);
  await tryAs(visitor, "mia@example.com");
  const after = sessionIdOf(visitor);
  expect(after).not.toBe(before);
  const rows = await roster.db("sessions");
  expect(rows.find((row) => row.id_hash === hashToken(before))).toBeUndefined();
  expect(rows.find((row) => row.id_hash === hashToken(after))).toMatchObject({ user_id: roster.people.mia.id });
  expect(JSON.stringify(rows)).not.toContain(after);
});

test("a log-in does not keep a session ID that someone put into the browser", async () => {
  const victim = visit(roster);
  await victim.get("/login");
  const planted = `roster=s%3A${"a".repeat(32)}.x`;
  const answer = await supertest(roster.url).get("/login").set("Cookie", planted);
  expect(idIn(cookiesOf(answer).roster?.value)).not.toBe("a".repeat(32));
});

test("a log-in writes history and its time, and does not count as a change of the user", async () => {
  const { mia } = roster.people;
  const before = await roster.db("users").where({ id: mia.id }).first();
  const visitor = visit(roster);
  visitor.agent.set("User-Agent", "Lynx/2.9");
  await tryAs(visitor, mia.email);
  const row = await roster.db("activity").where({ subject_id: mia.id }).orderBy("id", "desc").first();
  const person = { actor_kind: "user", actor_id: mia.id, address: "127.0.0.1", browser: "Lynx/2.9" };
  expect(row).toMatchObject({ action: "user.logged-in", ...person });
  const after = await roster.db("users").where({ id: mia.id }).first();
  expect(after).toEqual({ ...before, last_login_at: after.last_login_at });
  expect(Date.now() - Date.parse(after.last_login_at)).toBeLessThan(60_000);
});

describe("the session cookie", () => {
  test("is HttpOnly and SameSite=Lax over http, and lasts until the browser closes", async () => {
    const { line } =
      cookiesOf(await visit(roster).submit("/login", { email: "mia@example.com", password })).roster ?? {};
    expect(line?.replace(/=[^;]+/, "=…")).toBe("roster=…; Path=/; HttpOnly; SameSite=Lax");
  });

  test("is also Secure and named __Host-roster under https", async () => {
    const { url } = await startSecondServer(roster, { BASE_URL: "https://roster.example" });
    const page = await supertest(url).get("/login");
    const cookies = cookiesOf(page);
    expect(Object.keys(cookies)).toEqual(["__Host-roster-form"]);
    const [first] = Object.values(cookies);
    expect(first?.line).toMatch(/; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/);
    const answer = await supertest(url)
      .post("/login")
      .set({ Cookie: first?.line.split(";")[0], Origin: "https://roster.example" })
      .type("form")
      .send({ ...formFields(page.text), email: "mia@example.com", password });
    expect([answer.status, Object.keys(cookiesOf(answer))]).toEqual([303, ["__Host-roster-known", "__Host-roster"]]);
    expect(cookiesOf(answer)["__Host-roster"]?.line.replace(/=[^;]+/, "=…")).toBe(
      "__Host-roster=…; Path=/; HttpOnly; Secure; SameSite=Lax",
    );
  });
});
