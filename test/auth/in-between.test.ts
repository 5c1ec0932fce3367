import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { PasswordHashing } from "../../src/auth/password-hashing.ts";
import { addUser, password } from "../support/people.ts";
import { type Roster, startBeside, startRoster } from "../support/roster.ts";
import { visit } from "../support/visitor.ts";

// What happens while a password is being hashed: for a quarter of a second the request knows only what was true before.

let roster: Roster;
/** Done when a password has been found right, before the request goes on. */
let meanwhile: () => Promise<unknown> = async () => undefined;

beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster.close());

async function beside() {
  const { hashing } = roster.deps;
  const slow: PasswordHashing = {
    ...hashing,
    verify: async (...given) => {
      const right = await hashing.verify(...given);
      if (right) await meanwhile();
      return right;
    },
  };
  return startBeside(roster, {}, { hashing: slow });
}

test.each([
  ["another password was saved", { password_hash: "another" }],
  ["the user was deactivated", { status: "inactive" }],
])("nobody is let in by a password that was right, where %s meanwhile (CVE-2026-22706)", async (_what, change) => {
  const { id, email } = await addUser(roster.deps, {
    email: `meanwhile${performance.now()}@example.com`.replace(".", "-"),
  });
  const visitor = visit(await beside());
  meanwhile = () => roster.db("users").where({ id }).update(change);
  const answer = await visitor.submit("/login", { email, password });
  meanwhile = async () => undefined;
  expect(answer.status).toBe(422);
  expect(await roster.db("sessions").where({ user_id: id })).toEqual([]);
  expect(await roster.db("activity").where({ subject_id: id, action: "user.logged-in" })).toEqual([]);
});

test("a session that was ended while its user confirmed stays ended, and nothing is saved", async () => {
  const { id, email } = await addUser(roster.deps, { email: "confirms@example.com", role: "admin" });
  const visitor = visit(await beside());
  await visitor.submit("/login", { email, password });
  await roster.db("sessions").where({ user_id: id }).update({ proven_at: "2026-01-01T00:00:00.000Z" });
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
