import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { triesFor, tryLogIn } from "../support/guessing.ts";
import { errorsOf, headings, labels } from "../support/html.ts";
import { outbox } from "../support/outbox.ts";
import { passwordFaults } from "../support/password-faults.ts";
import { addUser, giveResetLink, type Person, password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { sessionIdOf, sessionOf } from "../support/sessions.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let zoe: Person;
let asked: Visitor;

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(async () => {
  await roster.db("throttles").del();
  const email = `zoe${performance.now()}@example.com`.replace(/\.(?=\d)/, "-");
  zoe = await addUser(roster.deps, { email, mustChangePassword: true });
  asked = await logIn(roster, zoe);
});
afterAll(() => roster.close());

const chosen = "copper lantern drizzle";
const save = (fields = {}, next = "") =>
  asked.submit(`/new-password${next}`, { password: chosen, confirmPassword: chosen, ...fields });
const stored = () => roster.db("users").where({ id: zoe.id }).first();

test("a user who must choose a new password gets only that page until it is saved", async () => {
  const page = await asked.get("/new-password");
  expect([page.status, headings(page.text, 1)]).toEqual([200, ["Choose a new password"]]);
  expect(labels(page.text)).toEqual(["New password", "Confirm new password"]);
  expect(page.text).not.toContain('href="/admin');
  for (const path of ["/", "/profile", "/admin/managers", "/profile/personal-information"])
    expect((await asked.get(path)).headers.location).toBe(`/new-password?next=${encodeURIComponent(path)}`);
});

test("choosing a new password keeps the browser known, so that others' wrong tries do not lock it out", async () => {
  expect((await save()).status).toBe(303);
  await asked.post("/logout", { _csrf: await asked.token("/profile") });
  expect(await triesFor(roster, zoe.email, 6)).toEqual([422, 422, 422, 422, 422, 429]);
  expect(await tryLogIn(roster, zoe.email, chosen, asked)).toBe(303);
});

test("a user who must choose a new password can log out, and is asked again at the next log-in", async () => {
  const answer = await asked.submit("/new-password", {}, { action: "/logout" });
  expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
  const again = await logIn(roster, zoe);
  expect((await again.get("/profile")).headers.location).toBe("/new-password?next=%2Fprofile");
});

test("choosing a new password continues to the requested page, and does not ask again", async () => {
  const answer = await save({}, "?next=%2Fprofile%3Fa%3Db");
  expect([answer.status, answer.headers.location]).toEqual([303, "/profile?a=b"]);
  expect((await asked.get("/profile")).text).toContain("Your new password is saved.");
  expect((await asked.get("/new-password")).headers.location).toBe("/");
  expect((await stored()).must_change_password).toBe(0);
});

test.each(["//evil.example", "/\\evil.example", "https://evil.example"])(
  "choosing a new password with next=%s leads to the first page",
  async (next) => {
    expect((await save({}, `?next=${encodeURIComponent(next)}`)).headers.location).toBe("/");
  },
);

test("choosing a new password gives a new session, ends the others and open links, writes history and sends a mail", async () => {
  const other = await logIn(roster, zoe);
  const link = await giveResetLink(roster, zoe);
  const before = sessionIdOf(asked);
  await save();
  expect(sessionIdOf(asked)).not.toBe(before);
  expect([(await sessionOf(roster, asked)).user_id, await sessionOf(roster, other)]).toEqual([zoe.id, undefined]);
  expect((await visit(roster).get(link)).status).toBe(404);
  const row = await roster.db("activity").where({ subject_id: zoe.id }).orderBy("id", "desc").first();
  expect(row).toMatchObject({ action: "password.chosen", actor_kind: "user", actor_id: zoe.id, changes: "{}" });
  expect((await outbox(roster)).at(-1)).toMatchObject({ to: zoe.email, subject: "Your Roster password was changed" });
  expect((await visit(roster).submit("/login", { email: zoe.email, password: chosen })).status).toBe(303);
});

test.each([
  ...passwordFaults,
  [
    "the current password",
    { password, confirmPassword: password },
    { password: "This is your current password. Choose another one." },
  ] as const,
])("choosing %s is refused, and the user is still asked", async (_, fields, errors) => {
  const before = await stored();
  const answer = await save(fields);
  expect([answer.status, errorsOf(answer.text)]).toEqual([422, errors]);
  for (const typed of Object.values(fields).filter(Boolean)) expect(answer.text).not.toContain(typed);
  expect(await stored()).toEqual(before);
  expect((await asked.get("/profile")).status).toBe(303);
});

test("a user who was not asked for a new password cannot open the page", async () => {
  const mia = await logIn(roster, "mia");
  expect((await mia.get("/new-password")).headers.location).toBe("/");
  const _csrf = await mia.token("/login");
  const answer = await mia.post("/new-password", { _csrf, password: chosen, confirmPassword: chosen });
  expect([answer.status, answer.headers.location]).toEqual([303, "/"]);
  expect((await visit(roster).submit("/login", { email: "mia@example.com", password })).status).toBe(303);
});
