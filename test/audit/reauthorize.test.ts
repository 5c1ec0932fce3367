import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dayIn } from "../../src/platform/time.ts";
import { type Route, routes } from "../../src/routes.ts";
import { keyOf } from "../support/api-client.ts";
import { operations, send } from "../support/api-tour.ts";
import { addApplication, applicationKey } from "../support/applications.ts";
import { changeBeforeTransaction } from "../support/change-before-transaction.ts";
import { addUser, type Person, password } from "../support/people.ts";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { isUpload, visit } from "../support/visitor.ts";

// A user or key loses access after the request was let in, right before its first transaction begins. This tries every
// page and every operation that changes something.

let roster: Roster;
let second: Pick<Roster, "url" | "close">;
let table: Route[];
let meanwhile: (change: () => Promise<unknown>) => void;

beforeAll(async () => {
  roster = await startRoster();
  const { db, before } = changeBeforeTransaction(roster.db);
  meanwhile = before;
  second = await startSecondServer(roster, {}, { db });
  table = routes(roster.deps).filter(({ method, access }) => method === "post" && access !== "anybody");
});
afterAll(() => roster.close());

const chosen = "copper lantern drizzle";
const passwords = { password: chosen, confirmPassword: chosen };
const person = { firstName: "Kim", lastName: "Lee", email: "kim@example.com" };

/** What an address needs besides its path. */
const queries: Record<string, (key: { id: number }) => string> = {
  "/admin/api-keys/revoke-selected": ({ id }) => `?key=${id}`,
};

/** Valid values for each form; the other forms need none. */
const fields: Record<string, Record<string, string>> = {
  "/new-password": passwords,
  "/admin/managers/new": { ...person, ...passwords, role: "member" },
  "/admin/managers/:id/personal-information": person,
  "/admin/managers/:id/role": { role: "manager" },
  "/admin/managers/:id/password": passwords,
  "/admin/managers/:id/status": { status: "inactive" },
  "/admin/managers/:id/end-date": { deactivateOn: dayIn("UTC", { days: 3 }) },
  "/admin/managers/:id/api-keys": { name: "Another key" },
  "/admin/managers/:id/api-keys/:keyId/rotate": {},
  "/admin/applications/new": {
    name: "Wiki",
    kind: "web",
    redirectAddresses: "https://wiki.example/",
    "role-admin": "on",
  },
  "/admin/applications/:applicationId/edit": {
    name: "Chat",
    redirectAddresses: "https://chat.example/",
    "role-admin": "on",
  },
  "/admin/applications/:applicationId/status": { status: "inactive" },
  "/admin/organization": { name: "Another name" },
  "/admin/organization/first-steps": {},
  "/profile/personal-information": { firstName: "Kim", lastName: "Lee" },
  "/profile/language": { language: "de" },
};
const elsewhere = [
  // Needs a code for the secret in the session: see test/second-factor/set-up.test.ts.
  "/profile/second-factor",
  // Asks for the password, and needs an inactive user: see test/personal-data/erase.test.ts.
  "/admin/managers/:id/erase",
  // These check a file and change nothing; importing it is tested in test/imports/import.test.ts.
  "/admin/managers/import",
  // Tested in test/groups/action.test.ts.
  "/admin/managers/actions",
  "/admin/managers/import/:importId",
  "/admin/managers/import/:importId/encoding",
  "/admin/managers/import/:importId/links",
];

/** Everything that the request could write, without the rows about refused requests. */
async function everything(): Promise<string> {
  const tables = [
    "users",
    "photos",
    "sessions",
    "organizations",
    "second_factors",
    "recovery_codes",
    "throttles",
    "applications",
  ];
  const rows: unknown[] = await Promise.all(tables.map((name) => roster.db(name).select()));
  rows.push(await roster.db("activity").whereNot({ action: "access.refused" }));
  rows.push(await roster.db("api_keys").select("id", "revoked_at", "expires_at"));
  return JSON.stringify(rows);
}

/** The row of a change that can be undone. */
async function changedRole({ id }: Person): Promise<{ id: string }> {
  const { organization_id, role } = await roster.db("users").where({ id }).first();
  const changes = JSON.stringify({ role: { before: "manager", after: role } });
  const row = { organization_id, actor_kind: "operator", subject_id: id, action: "role.updated", changes };
  const [inserted] = await roster
    .db("activity")
    .insert({ ...row, at: new Date().toISOString() })
    .returning("id");
  return inserted;
}

let count = 0;
const newUser = (role: "admin" | "manager" | "member", mustChangePassword = false): Promise<Person> =>
  addUser(roster.deps, { email: `standing${++count}@example.com`, role, mustChangePassword });

/** How a user loses access, by the words for the title. */
const losses: [string, (who: Person) => Promise<unknown>][] = [
  ["was demoted", ({ id }) => roster.db("users").where({ id }).update({ role: "member" })],
  ["was deactivated", ({ id }) => roster.db("users").where({ id }).update({ status: "inactive" })],
  ["lost the session", ({ id }) => roster.db("sessions").where({ user_id: id }).del()],
];

describe.each(losses)("a user who %s during the request", (_what, lose) => {
  test("changes nothing on any page", async () => {
    let tried = 0;
    for (const { path, access } of table.filter(({ path }) => !elsewhere.includes(path))) {
      const isAdmins = access === "users:edit";
      const me = await newUser(isAdmins ? "admin" : "manager", access === "new-password");
      const visitor = visit(second);
      await visitor.submit("/login", { email: me.email, password });
      const subject = isAdmins ? await newUser("member") : me;
      await keyOf(roster, subject);
      const key = await roster.db("api_keys").where({ user_id: subject.id }).first();
      const needsFactor = path.startsWith("/profile/second-factor/");
      const code = needsFactor ? await (await giveSecondFactor(roster, me)).code() : "";
      const { id: activityId } = await changedRole(subject);
      const application = await addApplication(roster);
      await applicationKey(roster, application);
      const parameters: Record<string, string> = {
        activityId,
        applicationId: String(application.id),
        id: String(subject.id),
        keyId: key.id,
        sessionName: "0".repeat(16),
      };
      const address = path.replace(/:(\w+)/g, (_, name) => parameters[name] ?? "") + (queries[path]?.(key) ?? "");
      const page = { "users:edit": "/admin/organization", "new-password": path }[String(access)] ?? "/profile";
      const form = { _csrf: await visitor.token(page), code, email: subject.email, ...fields[path] };
      let before = "";
      meanwhile(async () => {
        await lose(me);
        before = await everything();
      });
      const request = visitor.agent.post(address);
      // Removing the photo is also a change.
      const answer = isUpload(path)
        ? await request.field("_csrf", form._csrf).field("remove", "yes")
        : await request.type("form").send(form);
      expect([path, answer.status, before !== ""]).toEqual([path, 403, true]);
      // A try of a code is counted before the transaction.
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
  [
    "access was revoked",
    401,
    ({ id }) => roster.db("api_keys").where({ user_id: id }).update({ revoked_at: "2026-01-01" }),
  ],
];

test.each(keyLosses)("a key whose %s during the request changes nothing", async (_what, status, lose) => {
  const writes = operations.filter((operation) => !operation.startsWith("get "));
  for (const operation of writes) {
    const [me, subject] = [await newUser("admin"), await newUser("member")];
    const key = await keyOf(roster, me);
    await keyOf(roster, subject);
    const { id: keyId } = await roster.db("api_keys").where({ user_id: subject.id }).first();
    let before = "";
    meanwhile(async () => {
      await lose(me);
      before = await everything();
    });
    const answer = await send({ ...roster, url: second.url }, operation, { id: subject.id, keyId }, key);
    expect([operation, answer.status, before !== ""]).toEqual([operation, status, true]);
    expect([operation, await everything()]).toEqual([operation, before]);
  }
});
