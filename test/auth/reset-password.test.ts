import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { insertOneTimeLink } from "../../src/passwords/link-queries.ts";
import { hashToken } from "../../src/platform/secrets.ts";
import { timestampIn } from "../../src/platform/time.ts";
import { errorsOf, headings, labels, words } from "../support/html.ts";
import { outbox } from "../support/outbox.ts";
import { passwordFaults } from "../support/password-faults.ts";
import { addUser, giveResetLink, type Person, password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { sessionOf } from "../support/sessions.ts";
import { logIn, visit } from "../support/visitor.ts";

let roster: Roster;
let zoe: Person;

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(async () => {
  await roster.db("throttles").del();
  zoe = await addUser(roster.deps, { email: `zoe${performance.now()}@example.com`.replace(/\.(?=\d)/, "-") });
});
afterAll(() => roster.close());

const chosen = "copper lantern drizzle";
const save = (link: string, fields = {}, visitor = visit(roster)) =>
  visitor.submit(link, { password: chosen, confirmPassword: chosen, ...fields });
const canLogIn = async (typed: string) =>
  (await visit(roster).submit("/login", { email: zoe.email, password: typed })).status === 303;
const stored = () => roster.db("users").where({ id: zoe.id }).first();
const links = () => roster.db("one_time_links").where({ user_id: zoe.id });

test("the reset page asks for the password twice, and opening it does not use up the link", async () => {
  const link = await giveResetLink(roster, zoe);
  const before = [await links(), await stored()];
  for (let i = 0; i < 3; i++) {
    const page = await visit(roster).get(link);
    expect([page.status, headings(page.text, 1)]).toEqual([200, ["Choose a new password"]]);
    expect(labels(page.text)).toEqual(["New password", "Confirm new password"]);
  }
  await visit(roster).agent.head(link);
  expect([await links(), await stored()]).toEqual(before);
  expect((await save(link)).status).toBe(303);
});

test("saving a password by reset link leads to the log-in, where only the new password works", async () => {
  const visitor = visit(roster);
  const answer = await save(await giveResetLink(roster, zoe), {}, visitor);
  expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
  expect((await visitor.get("/login")).text).toContain("Your new password is saved. Log in with it.");
  expect((await visitor.get("/profile")).status).toBe(303);
  expect([await canLogIn(password), await canLogIn(chosen)]).toEqual([false, true]);
});

test("saving a password by reset link writes history and sends the user a mail", async () => {
  await save(await giveResetLink(roster, zoe));
  const row = await roster.db("activity").where({ subject_id: zoe.id }).orderBy("id", "desc").first();
  expect(row).toMatchObject({ action: "password.reset", actor_kind: "visitor", actor_id: null, changes: "{}" });
  expect((await outbox(roster)).at(-1)).toMatchObject({ to: zoe.email, subject: "Your Roster password was changed" });
});

test("saving a password by reset link ends all sessions and other links, and the request for a new password", async () => {
  await roster.db("users").where({ id: zoe.id }).update({ must_change_password: true });
  const [here, there] = [await logIn(roster, zoe), await logIn(roster, zoe)];
  const mia = await logIn(roster, "mia");
  const [link, other] = [await giveResetLink(roster, zoe), await giveResetLink(roster, zoe)];
  const strangers = await giveResetLink(roster, roster.people.mia);
  await save(link);
  expect([await sessionOf(roster, here), await sessionOf(roster, there)]).toEqual([undefined, undefined]);
  expect((await here.get("/profile")).headers.location).toBe("/login?next=%2Fprofile");
  expect((await visit(roster).get(other)).status).toBe(404);
  expect([(await mia.get("/profile")).status, (await visit(roster).get(strangers)).status]).toEqual([200, 200]);
  expect(await (await visit(roster).submit("/login", { email: zoe.email, password: chosen })).headers.location).toBe(
    "/",
  );
  expect((await stored()).must_change_password).toBe(0);
});

test("a reset link works once, even if it is used twice at the same time", async () => {
  const link = await giveResetLink(roster, zoe);
  const [one, two] = [visit(roster), visit(roster)];
  const statuses = (await Promise.all([save(link, {}, one), save(link, {}, two)])).map(({ status }) => status);
  expect(statuses.sort()).toEqual([303, 404]);
  const again = await visit(roster).get(link);
  expect(again.status).toBe(404);
  expect(headings(again.text, 1)).toEqual(["This link no longer works"]);
  expect(words(again.text)).toContain("Ask for a new link with “Forgot password?”");
});

test("a reset link that was used after the form was opened changes nothing", async () => {
  const link = await giveResetLink(roster, zoe);
  const late = visit(roster);
  const _csrf = await late.token(link);
  await save(link);
  const before = await stored();
  const typed = "walnut harbour trumpet";
  expect((await late.post(link, { _csrf, password: typed, confirmPassword: typed })).status).toBe(404);
  expect(await stored()).toEqual(before);
});

test.each([
  [1, 200],
  [0, 404],
  [-1, 404],
])("a reset link that is valid for %i more minutes answers %i, for reading and for saving", async (minutes, status) => {
  const link = await giveResetLink(roster, zoe);
  const late = visit(roster);
  const fields = { _csrf: await late.token(link), password: chosen, confirmPassword: chosen };
  await roster
    .db("one_time_links")
    .where({ user_id: zoe.id })
    .update({ expires_at: timestampIn(minutes * 60_000) });
  expect((await late.get(link)).status).toBe(status);
  expect((await late.post(link, fields)).status).toBe(status === 200 ? 303 : status);
});

test("the reset link of a deactivated user does not work", async () => {
  const link = await giveResetLink(roster, zoe);
  await roster.db("users").where({ id: zoe.id }).update({ status: "inactive" });
  expect((await visit(roster).get(link)).status).toBe(404);
});

test.each(["null", "undefined", "0", "%00", "x".repeat(43), "%F0%9F%A6%A6", "[object Object]", "a%2Fb"])(
  "the reset page answers 404 for the token %s, for reading and for saving",
  async (token) => {
    await giveResetLink(roster, zoe);
    const visitor = visit(roster);
    const _csrf = await visitor.token("/login");
    expect((await visitor.get(`/reset-password/${token}`)).status).toBe(404);
    const fields = { _csrf, password: chosen, confirmPassword: chosen };
    expect((await visitor.post(`/reset-password/${token}`, fields)).status).toBe(404);
    expect(await canLogIn(password)).toBe(true);
  },
);

test("the stored hash of a reset link is not a link, and neither is a setup link", async () => {
  const link = await giveResetLink(roster, zoe);
  const [{ token_hash }] = await links();
  expect(hashToken(link.replace("/reset-password/", ""))).toBe(token_hash);
  expect((await visit(roster).get(`/reset-password/${token_hash}`)).status).toBe(404);
  await roster.db.transaction((trx) =>
    insertOneTimeLink(trx, { token: "setup", purpose: "setup", isMailed: false, lifetimeMs: 60_000 }),
  );
  expect((await visit(roster).get("/reset-password/setup")).status).toBe(404);
});

test.each(passwordFaults)("choosing %s is refused, and the reset link still works", async (_, fields, errors) => {
  const link = await giveResetLink(roster, zoe);
  const before = [await stored(), await links()];
  const answer = await save(link, fields);
  expect([answer.status, errorsOf(answer.text)]).toEqual([422, errors]);
  for (const typed of Object.values(fields).filter(Boolean)) expect(answer.text).not.toContain(typed);
  expect([await stored(), await links()]).toEqual(before);
  expect((await save(link)).status).toBe(303);
});

test("the user's own email is too weak as a password", async () => {
  const { max } = roster.people;
  const typed = "max@example.com1";
  const answer = await save(await giveResetLink(roster, max), { password: typed, confirmPassword: typed });
  expect([answer.status, Object.keys(errorsOf(answer.text))]).toEqual([422, ["password"]]);
});

test("a reset link sets the password of its user, even if another user is logged in or sent in the form", async () => {
  const mia = await logIn(roster, "mia");
  const fields = { username: "mia@example.com", email: "mia@example.com", id: String(roster.people.mia.id) };
  expect((await save(await giveResetLink(roster, zoe), fields, mia)).status).toBe(303);
  expect(await canLogIn(chosen)).toBe(true);
  expect((await mia.get("/profile")).status).toBe(200);
});
