import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { enableSecondFactor } from "../../src/second-factor/changes.ts";
import { hashRecoveryCode } from "../../src/second-factor/codes.ts";
import { findCurrentUser } from "../../src/users/current-user-queries.ts";
import { errorsOf, headings, labels, linkTo, section, words } from "../support/html.ts";
import { outbox } from "../support/outbox.ts";
import { addUser, type Person, password } from "../support/people.ts";
import { historyOf } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { codeFor, shownCodes, shownSecret, wrongCode } from "../support/second-factor.ts";
import { sessionOf } from "../support/sessions.ts";
import { formFields, logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let person: Person;
let zoe: Visitor;
const page = "/profile/second-factor";

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(async () => {
  await roster.db("throttles").del();
  const email = `zoe${performance.now()}@example.com`.replace(/\.(?=\d)/, "-");
  person = await addUser(roster.deps, { email });
  zoe = await logIn(roster, person);
});
afterAll(() => roster.close());

const stored = () => roster.db("second_factors").where({ user_id: person.id }).first();

/** Confirms with the current code. */
async function setUp(visitor = zoe, address = page) {
  const secret = shownSecret((await visitor.get(address)).text);
  return { secret, answer: await visitor.submit(address, { code: codeFor(secret) }) };
}

describe("the page to set up a second factor", () => {
  test("is reached from /profile and shows a QR code, the secret in groups of four and a field", async () => {
    const own = await zoe.get("/profile");
    expect(linkTo(section(own.text, "Second factor"), "Set up")).toBe(page);
    const { text, headers } = await zoe.get(page);
    expect([headings(text, 1), labels(text)]).toEqual([["Set up your second factor"], ["Code"]]);
    expect(text).toMatch(/<code class="secret"[^>]*>(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}<\/code>/);
    expect(text).toMatch(/<svg [^>]*role="img"[^>]*><rect[^>]*\/><path d="(?:M\d+ \d+h\d+v1h-\d+z)+" fill="#000"\/>/);
    expect(headers["cache-control"]).toContain("no-store");
  });

  test("is reached by an Admin from their own User profile", async () => {
    const ada = await logIn(roster, "ada");
    const own = await ada.get(`/admin/managers/${roster.people.ada.id}`);
    expect(linkTo(section(own.text, "Second factor"), "Set up")).toBe(page);
    expect((await ada.get(page)).status).toBe(200);
    const other = await ada.get(`/admin/managers/${person.id}`);
    expect(words(section(other.text, "Second factor"))).toContain("Not set up.");
    expect(linkTo(section(other.text, "Second factor"), "Set up")).toBeUndefined();
  });

  test("shows the same secret until it is confirmed, and another one to other users", async () => {
    const secrets = [await zoe.get(page), await zoe.get(page)].map(({ text }) => shownSecret(text));
    expect(secrets[0]).toBe(secrets[1]);
    const another = await logIn(roster, person);
    expect(shownSecret((await another.get(page)).text)).not.toBe(secrets[0]);
    expect(await stored()).toBeUndefined();
  });

  test("keeps the secret encrypted before it is confirmed", async () => {
    const secret = shownSecret((await zoe.get(page)).text);
    const { data } = await sessionOf(roster, zoe);
    expect(JSON.parse(data).newFactor).toMatch(/^[\w-]{60,}$/);
    expect(data).not.toContain(secret);
  });
});

describe("the right code", () => {
  test("sets up the second factor, shows ten recovery codes, and writes history and a mail", async () => {
    const { secret, answer } = await setUp();
    expect([answer.status, headings(answer.text, 1)]).toEqual([200, ["Your recovery codes"]]);
    const codes = shownCodes(answer.text);
    expect([codes.length, new Set(codes).size]).toEqual([10, 10]);
    for (const code of codes) expect(code).toMatch(/^(?:[a-z2-7]{4}-){5}[a-z2-7]{4}$/);
    expect(linkTo(answer.text, "Done")).toBe("/profile#second-factor");
    expect((await historyOf(roster, person)).at(-1)).toEqual({
      action: "second-factor.enabled",
      by: person.id,
      changes: {},
    });
    expect((await outbox(roster)).at(-1)).toMatchObject({
      to: person.email,
      subject: "A second factor was set up for your Roster account",
    });
    const own = (await zoe.get("/profile")).text;
    expect(words(section(own, "Second factor"))).toContain("Recovery codes 10 left");
    for (const text of [secret, ...codes]) expect(own).not.toContain(text);
  });

  test("cannot be used again to log in, and later codes and recovery codes can", async () => {
    const { secret, answer } = await setUp();
    const code = codeFor(secret);
    const later = codeFor(secret, Math.floor(Date.now() / 30_000) + 1);
    const [recovery = ""] = shownCodes(answer.text);
    const tried: number[] = [];
    for (const typed of [code, later, recovery])
      tried.push((await (await logIn(roster, person)).submit("/second-factor", { code: typed })).status);
    expect(tried).toEqual([422, 303, 303]);
  });

  test("ends the user's other sessions, which began without a second factor", async () => {
    const [there, mia] = [await logIn(roster, person), await logIn(roster, "mia")];
    await setUp();
    expect((await there.get("/profile")).headers.location).toBe("/login?next=%2Fprofile");
    expect([(await zoe.get("/profile")).status, (await mia.get("/profile")).status]).toEqual([200, 200]);
  });

  test("sent twice at the same moment sets up one second factor, and both responses show its recovery codes", async () => {
    const secret = shownSecret((await zoe.get(page)).text);
    const fields = { _csrf: await zoe.token(page), code: codeFor(secret) };
    const answers = await Promise.all([zoe.post(page, fields), zoe.post(page, fields)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200]);
    expect(answers[1]?.text).toBe(answers[0]?.text);
    const [code = ""] = shownCodes(answers[0]?.text ?? "");
    expect((await (await logIn(roster, person)).submit("/second-factor", { code })).status).toBe(303);
    expect(await historyOf(roster, person, "second-factor.enabled")).toHaveLength(1);
  });

  test("sent at the same moment for two secrets keeps one of them", async () => {
    const user = await findCurrentUser(roster.db, person.id);
    if (!user) throw new Error("nobody there");
    const enable = (encryptedSecret: string) =>
      enableSecondFactor(roster.deps, { actor: { kind: "system" }, user, encryptedSecret, step: 1, session: "" });
    const codes = await Promise.all([enable("one"), enable("two")]);
    const first = codes.findIndex((found) => found !== undefined);
    expect(codes.map((found) => found?.length).sort()).toEqual([10, undefined]);
    expect(await stored()).toMatchObject({ encrypted_secret: ["one", "two"][first] });
    const kept = await roster.db("recovery_codes").where({ user_id: person.id }).pluck("code_hash");
    expect(kept.sort()).toEqual(codes[first]?.map(hashRecoveryCode).sort());
  });

  test("leads to the requested page, and never to another site", async () => {
    expect(linkTo((await setUp(zoe, `${page}?next=%2Fprofile%3Fa`)).answer.text, "Done")).toBe("/profile?a");
    const other = await logIn(roster, await addUser(roster.deps, { email: `other${person.id}@example.com` }));
    const { answer } = await setUp(other, `${page}?next=https://evil.example`);
    expect(linkTo(answer.text, "Done")).toBe("/profile#second-factor");
  });
});

test.each(["", "12345", "no code at all"])("%j is refused as a code, and no second factor is set up", async (code) => {
  const answer = await zoe.submit(page, { code });
  expect([answer.status, Object.keys(errorsOf(answer.text))]).toEqual([422, ["code"]]);
  expect(await stored()).toBeUndefined();
});

test("a wrong code is refused, and the page keeps its secret", async () => {
  const secret = shownSecret((await zoe.get(page)).text);
  const answer = await zoe.submit(page, { code: wrongCode(secret) });
  expect([answer.status, shownSecret(answer.text)]).toEqual([422, secret]);
  expect(await stored()).toBeUndefined();
});

test("an existing second factor is neither shown again nor replaced", async () => {
  await setUp();
  const before = await stored();
  const answer = await zoe.get(page);
  expect([answer.status, answer.headers.location]).toEqual([303, "/profile"]);
  const _csrf = await zoe.token("/profile/second-factor/turn-off");
  expect((await zoe.post(page, { _csrf, code: "123456" })).headers.location).toBe("/profile");
  expect(await stored()).toEqual(before);
});

test("visitors are sent from the second-factor page to the log-in page", async () => {
  expect((await visit(roster).get(page)).headers.location).toBe("/login?next=%2Fprofile%2Fsecond-factor");
});

test("setting up a second factor asks for your password after 30 minutes and keeps the secret", async () => {
  await roster.db("sessions").update({ password_confirmed_at: "2026-01-01T00:00:00.000Z" });
  const { secret, answer } = await setUp();
  expect([answer.status, headings(answer.text, 1), await stored()]).toEqual([403, ["Confirm it’s you"], undefined]);
  const wrong = await zoe.post(page, { ...formFields(answer.text), ownPassword: "not-the-password" });
  expect([wrong.status, await stored()]).toEqual([422, undefined]);
  const confirmed = await zoe.post(page, { ...formFields(wrong.text), ownPassword: password });
  expect([confirmed.status, headings(confirmed.text, 1)]).toEqual([200, ["Your recovery codes"]]);
  expect((await stored()).user_id).toBe(person.id);
  expect(secret).not.toBe("");
});
