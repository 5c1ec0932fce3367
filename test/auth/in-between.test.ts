import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { PasswordHashing } from "../../src/passwords/hashing.ts";
import { changeBeforeTransaction } from "../support/change-before-transaction.ts";
import { addUser, giveResetLink, password } from "../support/people.ts";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { logIn, visit } from "../support/visitor.ts";

// Things change while a password is being hashed, after the request has read the user.

let roster: Roster;
/** Runs after a password was found right and before the request continues. */
let meanwhile: () => Promise<unknown> = async () => undefined;

beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster.close());

async function startWithSlowCheck() {
  const { hashing } = roster.deps;
  const slow: PasswordHashing = {
    ...hashing,
    verify: async (...given) => {
      const right = await hashing.verify(...given);
      if (right) await meanwhile();
      return right;
    },
  };
  return startSecondServer(roster, {}, { hashing: slow });
}

test.each([
  ["another password was saved", { password_hash: "another" }],
  ["the user was deactivated", { status: "inactive" }],
])("no one gets in with the right password if %s while it was checked (CVE-2026-22706)", async (_what, change) => {
  const { id, email } = await addUser(roster.deps, {
    email: `meanwhile${performance.now()}@example.com`.replace(".", "-"),
  });
  const visitor = visit(await startWithSlowCheck());
  meanwhile = () => roster.db("users").where({ id }).update(change);
  const answer = await visitor.submit("/login", { email, password });
  meanwhile = async () => undefined;
  expect(answer.status).toBe(422);
  expect(await roster.db("sessions").where({ user_id: id })).toEqual([]);
  expect(await roster.db("activity").where({ subject_id: id, action: "user.logged-in" })).toEqual([]);
});

test("a session that ends while its user confirms stays ended, and nothing is saved", async () => {
  const { id, email } = await addUser(roster.deps, { email: "confirms@example.com", role: "admin" });
  const visitor = visit(await startWithSlowCheck());
  await visitor.submit("/login", { email, password });
  await roster.db("sessions").where({ user_id: id }).update({ password_confirmed_at: "2026-01-01T00:00:00.000Z" });
  const address = `/admin/managers/${roster.people.mia.id}/role`;
  const _csrf = await visitor.token(address);
  meanwhile = () => roster.db("sessions").where({ user_id: id }).del();
  const answer = await visitor.post(address, { _csrf, role: "admin", ownPassword: password });
  meanwhile = async () => undefined;
  expect(answer.status).toBe(403);
  expect(await roster.db("sessions").where({ user_id: id })).toEqual([]);
  expect((await visitor.get("/profile")).status).toBe(303);
  expect((await roster.db("users").where({ id: roster.people.mia.id }).first()).role).toBe("member");
});

test("no one gets in without a code if a second factor was set up while the password was checked", async () => {
  const { id, email } = await addUser(roster.deps, { email: "sets-up@example.com" });
  const { db, before } = changeBeforeTransaction(roster.db);
  const visitor = visit(await startSecondServer(roster, {}, { db }));
  before(() => giveSecondFactor(roster, { id }));
  const answer = await visitor.submit("/login", { email, password });
  expect([answer.status, await roster.db("sessions").where({ user_id: id })]).toEqual([422, []]);
});

const chosen = "copper lantern drizzle";
const passwords = { password: chosen, confirmPassword: chosen };

/** A server on which this runs after the new password was hashed. */
async function startWithSlowHash(then: () => Promise<unknown>) {
  const { hashing } = roster.deps;
  const slow: PasswordHashing = {
    ...hashing,
    hash: async (typed) => {
      const hash = await hashing.hash(typed);
      await then();
      return hash;
    },
  };
  return startSecondServer(roster, {}, { hashing: slow });
}

test.each([
  ["the user's own", (id: number) => ({ page: "/new-password", id, status: 403 })],
  ["one from a reset link", (id: number) => ({ page: "link", id, status: 404 })],
  ["another Admin's", (id: number) => ({ page: `/admin/managers/${id}/password`, id, status: 409 })],
])("a password that an Admin has just set is not overwritten by %s, sent before it", async (_what, about) => {
  const email = `newer${performance.now()}@example.com`.replace(/\.(?=\d)/, "-");
  const zoe = await addUser(roster.deps, { email, mustChangePassword: true });
  const { page, status } = about(zoe.id);
  const ada = await logIn(roster, "ada");
  const newer = "gravel onion lantern 77";
  const setNewer = () => ada.submit(`/admin/managers/${zoe.id}/password`, { password: newer, confirmPassword: newer });
  const { url } = await startWithSlowHash(setNewer);
  const link = page === "link" ? await giveResetLink(roster.deps, zoe) : page;
  const visitor = visit({ url });
  if (page === "/new-password") await visitor.submit("/login", { email, password });
  if (page.startsWith("/admin")) {
    const bob = await addUser(roster.deps, { email: `bob.${email}`, role: "admin" });
    await visitor.submit("/login", { email: bob.email, password });
  }
  const answer = await visitor.submit(link, passwords);
  expect(answer.status).toBe(status);
  expect((await visit(roster).submit("/login", { email, password: newer })).status).toBe(303);
});
