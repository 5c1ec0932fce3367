import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { buttons, errorsOf, headings, words } from "../support/html.ts";
import { addUser, type Person, password } from "../support/people.ts";
import { everything, storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let zoe: Person;
/** A form that was open in another tab before the browser's current session began. */
let stale: Record<string, string>;

const page = (): string => `/admin/managers/${zoe.id}/personal-information`;

beforeAll(async () => {
  roster = await startRoster();
  zoe = await addUser(roster.deps, { email: "zoe@example.com", firstName: "Zoë", lastName: "O'Neill" });
});
beforeEach(async () => {
  await roster.db("throttles").del();
  stale = formFields((await (await logIn(roster, "ada")).get(page())).text);
  ada = await logIn(roster, "ada");
  await ada.get("/admin/managers");
});
afterAll(() => roster.close());

const offer = "This form expired";
const plain = "This form was not accepted";
const send = (
  visitor: Visitor,
  fields: Record<string, string | string[]>,
  headers: Record<string, string>,
  to = page(),
) => visitor.post(to, fields).set(headers);
const fromHere = () => ({ Origin: roster.url, "Sec-Fetch-Site": "same-origin" });
const typed = { firstName: `"><script>alert(1)</script>`, lastName: "O'Neill-Zoë" };

test("a form with an old token keeps what was typed, shows it, and saves it with one press", async () => {
  const before = await everything(roster);
  const answer = await send(ada, { ...stale, ...typed }, fromHere());
  expect([answer.status, headings(answer.text, 1)]).toEqual([403, [offer]]);
  expect(words(answer.text)).toContain(`First name ${typed.firstName} Last name O'Neill-Zoë Email zoe@example.com`);
  expect(words(answer.text)).not.toMatch(/Version|csrf/i);
  expect(answer.text).not.toContain("<script");
  expect(buttons(answer.text)).toContain("Send again");
  expect(await everything(roster)).toEqual(before);

  const again = formFields(answer.text);
  expect(again).toEqual({ ...stale, ...typed, _csrf: again._csrf });
  expect(again._csrf).not.toBe(stale._csrf);
  expect((await send(ada, again, fromHere())).status).toBe(303);
  expect((await storedUser(roster, zoe)).last_name).toBe("O'Neill-Zoë");
});

test("a form with an old token can be sent again although the new session has shown no form yet", async () => {
  const fresh = await logIn(roster, "ada");
  const answer = await send(fresh, { ...stale, ...typed }, fromHere());
  expect((await send(fresh, formFields(answer.text), fromHere())).status).toBe(303);
});

test("a form with an old token comes back without its passwords, which must be typed again", async () => {
  const to = `/admin/managers/${zoe.id}/password`;
  const fields = {
    ...stale,
    password: "copper lantern drizzle",
    confirmPassword: "copper lantern drizzle",
    mustChange: "on",
  };
  const answer = await send(ada, fields, fromHere(), to);
  expect(answer.text).not.toContain("lantern");
  expect(words(answer.text)).toContain("Passwords aren’t kept");
  const again = await send(ada, formFields(answer.text), fromHere(), to);
  expect([again.status, errorsOf(again.text).password]).toEqual([422, "Enter a password"]);
  expect(formFields(again.text).mustChange).toBe("on");
});

test("a form with an old token and a repeated field keeps both values, and sending it is an ordinary error", async () => {
  const answer = await send(ada, { ...stale, firstName: ["One", "Two"] }, fromHere());
  expect([...answer.text.matchAll(/name="firstName" value="(\w+)"/g)].map(([, value]) => value)).toEqual([
    "One",
    "Two",
  ]);
});

test("logging out with an old token takes one more press", async () => {
  const answer = await send(ada, { _csrf: String(stale._csrf) }, fromHere(), "/logout");
  expect(headings(answer.text, 1)).toEqual([offer]);
  await send(ada, formFields(answer.text), fromHere(), "/logout");
  expect((await ada.get("/profile")).headers.location).toMatch(/^\/login/);
});

describe("a form with an old token cannot be sent again", () => {
  const sites: [string, () => Record<string, string>][] = [
    ["another site's origin", () => ({ Origin: "https://evil.example" })],
    ["another site, as the browser says", () => ({ "Sec-Fetch-Site": "cross-site" })],
    ["a sister site", () => ({ "Sec-Fetch-Site": "same-site" })],
    ["another site that hides its origin", () => ({ Origin: "null" })],
    ["a browser that says nothing of it: a text browser, or an old one led here by another site", () => ({})],
    ["nowhere, as the browser says", () => ({ "Sec-Fetch-Site": "none" })],
  ];
  test.each(sites)("if it comes from %s", async (_, headers) => {
    const answer = await send(ada, { ...stale, ...typed }, headers());
    expect([answer.status, headings(answer.text, 1)]).toEqual([403, [plain]]);
    expect(answer.text).not.toContain("O&#39;Neill");
  });

  test("if it has no token at all", async () => {
    for (const fields of [typed, { ...typed, _csrf: "" }, { ...typed, _csrf: ["a", "b"] }])
      expect(headings((await send(ada, fields, fromHere())).text, 1)).toEqual([plain]);
  });

  test("if the browser is not logged in", async () => {
    const form = formFields((await visit(roster).get("/login")).text);
    const answer = await send(visit(roster), { ...form, email: "ada@example.com", password }, fromHere(), "/login");
    expect([answer.status, headings(answer.text, 1)]).toEqual([403, [plain]]);
  });

  test("if it has a photo, which must be chosen again", async () => {
    const request = ada.agent.post(`/admin/managers/${zoe.id}/photo`).set(fromHere()).field("_csrf", "stale");
    const answer = await request.attach("photo", Buffer.from("x"), "x.png");
    expect([answer.status, headings(answer.text, 1)]).toEqual([403, [plain]]);
  });

  test("if the user may not do it", async () => {
    const mia = await logIn(roster, "mia");
    const answer = await send(mia, { ...stale, ...typed }, fromHere());
    expect([answer.status, headings(answer.text, 1)]).toEqual([403, ["You don’t have access to this page"]]);
  });
});

test("a form sent after the session has ended leads through the log-in back to its page", async () => {
  const form = formFields((await ada.get(page())).text);
  await roster.db("sessions").del();
  const answer = await send(ada, { ...form, ...typed }, fromHere());
  expect(answer.headers.location).toBe(`/login?next=${encodeURIComponent(page())}`);
  const login = await ada.submit(String(answer.headers.location), { email: "ada@example.com", password });
  expect(login.headers.location).toBe(page());
  // A form that has no page leads to the first page.
  expect((await visit(roster).post("/profile/sessions/end")).headers.location).toBe("/login?next=%2F");
});
