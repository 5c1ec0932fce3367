import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newToken } from "../../src/platform/secrets.ts";
import { type Route, routes } from "../../src/routes.ts";
import { keyOf } from "../support/api-client.ts";
import { operations, send } from "../support/api-tour.ts";
import { overtaken } from "../support/overtaken.ts";
import { addUser, type Person, password } from "../support/people.ts";
import { type Roster, startBeside, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { visit } from "../support/visitor.ts";

// Whoever was let in, and is let in no more when the change is about to be written. Every page and every operation that
// changes something is tried: the moment is the one before its first transaction begins.

let roster: Roster;
let beside: Pick<Roster, "url" | "close">;
let table: Route[];
let meanwhile: (change: () => Promise<unknown>) => void;

beforeAll(async () => {
  roster = await startRoster();
  const { db, before } = overtaken(roster.db);
  meanwhile = before;
  beside = await startBeside(roster, {}, { db });
  table = routes(roster.deps).filter(({ method, who }) => method === "post" && who !== "anybody");
});
afterAll(() => roster.close());

const chosen = "copper lantern drizzle";
const passwords = { password: chosen, confirmPassword: chosen };
const person = { firstName: "Kim", lastName: "Lee", email: "kim@example.com" };

/** What makes each form a good one; the others need no field. */
const fields: Record<string, Record<string, string>> = {
  "/new-password": passwords,
  "/admin/managers/new": { ...person, ...passwords, role: "member" },
  "/admin/managers/:id/personal-information": person,
  "/admin/managers/:id/role": { role: "manager" },
  "/admin/managers/:id/password": passwords,
  "/admin/managers/:id/status": { status: "inactive" },
  "/admin/managers/:id/api-keys": { name: "Another key", formId: newToken() },
  "/admin/managers/:id/api-keys/:keyId/rotate": { formId: newToken() },
  "/admin/organization": { name: "Another name" },
  "/profile/personal-information": { firstName: "Kim", lastName: "Lee" },
};
/** Set up with a code for the secret that the session holds: see test/second-factor/set-up.test.ts. */
const elsewhere = ["/profile/second-factor"];

/** Everything that could be written, but that somebody was refused. */
async function everything(): Promise<string> {
  const tables = ["users", "photos", "sessions", "organizations", "second_factors", "recovery_codes", "throttles"];
  const rows: unknown[] = await Promise.all(tables.map((name) => roster.db(name).select()));
  rows.push(await roster.db("activity").whereNot({ action: "access.refused" }));
  rows.push(await roster.db("api_keys").select("id", "revoked_at", "expires_at"));
  return JSON.stringify(rows);
}

let count = 0;
const somebody = (role: "admin" | "manager" | "member", mustChangePassword = false): Promise<Person> =>
  addUser(roster.deps, { email: `standing${++count}@example.com`, role, mustChangePassword });

/** What is no more, by the words for it. */
const losses: [string, (who: Person) => Promise<unknown>][] = [
  ["was demoted", ({ id }) => roster.db("users").where({ id }).update({ role: "member" })],
  ["was deactivated", ({ id }) => roster.db("users").where({ id }).update({ status: "inactive" })],
  ["lost the session", ({ id }) => roster.db("sessions").where({ user_id: id }).del()],
];

describe.each(losses)("whoever %s in the middle of it changes nothing", (_what, lose) => {
  test("on any page", async () => {
    let tried = 0;
    for (const { path, who } of table.filter(({ path }) => !elsewhere.includes(path))) {
      const isAdmins = who === "users:edit";
      const me = await somebody(isAdmins ? "admin" : "manager", who === "new-password");
      const visitor = visit(beside);
      await visitor.submit("/login", { email: me.email, password });
      const subject = isAdmins ? await somebody("member") : me;
      await keyOf(roster, subject);
      const key = await roster.db("api_keys").where({ user_id: subject.id }).first();
      const needsFactor = path.startsWith("/profile/second-factor/");
      const code = needsFactor ? await (await giveSecondFactor(roster, me)).code() : "";
      const parameters: Record<string, string> = { id: String(subject.id), keyId: key.id, sessionName: "0".repeat(16) };
      const address = path.replace(/:(\w+)/g, (_, name) => parameters[name] ?? "");
      const page = { "users:edit": "/admin/organization", "new-password": path }[String(who)] ?? "/profile";
      const form = { _csrf: await visitor.token(page), code, email: subject.email, ...fields[path] };
      let before = "";
      meanwhile(async () => {
        await lose(me);
        before = await everything();
      });
      const request = visitor.agent.post(address);
      // Taking the photo away is a change too.
      const answer = path.endsWith("/photo")
        ? await request.field("_csrf", form._csrf).field("remove", "yes")
        : await request.type("form").send(form);
      expect([path, answer.status, before !== ""]).toEqual([path, 403, true]);
      // What the try of a code counts is counted before.
      if (!needsFactor) expect([path, await everything()]).toEqual([path, before]);
      tried += 1;
    }
    expect(tried).toBe(table.length - elsewhere.length);
  });
});

const keyLosses: [string, number, (who: Person) => Promise<unknown>][] = [
  ["owner was demoted", 403, ({ id }) => roster.db("users").where({ id }).update({ role: "member" })],
  ["owner was deactivated", 401, ({ id }) => roster.db("users").where({ id }).update({ status: "inactive" })],
  [
    "owner was asked for a new password",
    403,
    ({ id }) => roster.db("users").where({ id }).update({ must_change_password: true }),
  ],
  ["time was over", 401, ({ id }) => roster.db("api_keys").where({ user_id: id }).update({ revoked_at: "2026-01-01" })],
];

test.each(keyLosses)("a key whose %s in the middle of it changes nothing", async (_what, status, lose) => {
  const writes = operations.filter((operation) => !operation.startsWith("get "));
  for (const operation of writes) {
    const [me, subject] = [await somebody("admin"), await somebody("member")];
    const key = await keyOf(roster, me);
    await keyOf(roster, subject);
    const { id: keyId } = await roster.db("api_keys").where({ user_id: subject.id }).first();
    let before = "";
    meanwhile(async () => {
      await lose(me);
      before = await everything();
    });
    const answer = await send({ ...roster, url: beside.url }, operation, { id: subject.id, keyId }, key);
    expect([operation, answer.status, before !== ""]).toEqual([operation, status, true]);
    expect([operation, await everything()]).toEqual([operation, before]);
  }
});
