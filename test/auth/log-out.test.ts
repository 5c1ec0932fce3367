import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { historyOf } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { sessionOf } from "../support/sessions.ts";
import { formFields, logIn, visit } from "../support/visitor.ts";

let roster: Roster;

beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster.close());

test("the button Log out ends this session on the server, and no other", async () => {
  const [mia, elsewhere] = [await logIn(roster, "mia"), await logIn(roster, "mia")];
  const page = await mia.get("/profile");
  expect(page.text).toContain('<form method="post" action="/logout">');
  const answer = await mia.post("/logout", formFields(page.text, "/logout"));
  expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
  expect(answer.headers["clear-site-data"]).toBe('"cache"');
  expect(await sessionOf(roster, mia)).toBeUndefined();
  // The cookie may stay in the browser, where it opens nothing.
  expect((await mia.get("/profile")).headers.location).toBe("/login?next=%2Fprofile");
  expect((await elsewhere.get("/profile")).status).toBe(200);
  expect((await historyOf(roster, roster.people.mia, "user.logged-out")).map(({ by }) => by)).toEqual([
    roster.people.mia.id,
  ]);
});

test("logging out without a token is refused", async () => {
  const mia = await logIn(roster, "mia");
  expect((await mia.post("/logout")).status).toBe(403);
  expect((await mia.get("/logout")).status).toBe(404);
  expect((await mia.get("/profile")).status).toBe(200);
});

test("a form opened before logging out is refused afterwards, and the next log-in works", async () => {
  const max = await logIn(roster, "max");
  const form = formFields((await max.get("/profile/personal-information")).text);
  await max.submit("/profile", {}, { action: "/logout" });
  const late = await max.post("/profile/personal-information", { ...form, firstName: "Late" });
  expect(late.headers.location).toBe("/login?next=%2Fprofile%2Fpersonal-information");
  expect((await roster.db("users").where({ id: roster.people.max.id }).first()).first_name).toBe("Max");
  expect((await max.submit("/login", { email: "max@example.com", password: "wrong" })).status).toBe(422);
});

test("the button Log out leads to the log-in page even if the session is over", async () => {
  const mia = await logIn(roster, "mia");
  const form = formFields((await mia.get("/profile")).text, "/logout");
  await roster.db("sessions").del();
  for (const answer of [await mia.post("/logout", form), await visit(roster).post("/logout")])
    expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
});
