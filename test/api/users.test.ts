import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiClient, apiClient, faultsOf, keyOf, problemName } from "../support/api-client.ts";
import { outbox } from "../support/outbox.ts";
import { addUser, giveResetLink, type Person, password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { countStatements } from "../support/statements.ts";
import { logIn, visit } from "../support/visitor.ts";

let roster: Roster;
let key: string;
let client: ApiClient;
let zoe: Person;

beforeAll(async () => {
  roster = await startRoster();
  key = await keyOf(roster, roster.people.ada, { name: "Sync" });
  client = apiClient(roster, key);
  zoe = await addUser(roster.deps, { email: "zoe@example.com", firstName: "Zoë", lastName: "O'Neill" });
});
afterAll(() => roster.close());

const path = (person: Person = zoe) => ({ path: { id: person.id } });
const read = async (person: Person = zoe) => {
  const { data, response } = await client.GET("/users/{id}", { params: path(person) });
  return { data, etag: response.headers.get("ETag") ?? "" };
};
const stored = (person: Person = zoe) => roster.db("users").where({ id: person.id }).first();
const lastActivity = () => roster.db("activity").orderBy("id", "desc").first();

describe("POST /users", () => {
  const kim = {
    firstName: " Kim ",
    lastName: "Lee",
    email: "KIM@example.com",
    role: "manager" as const,
    password: "gravel-onion-lantern-77",
  };

  test("creates a user who can log in, answers 201 with Location and ETag, and names the key in history", async () => {
    const { data, response } = await client.POST("/users", { body: kim });
    expect(response.status).toBe(201);
    expect(data).toMatchObject({ firstName: "Kim", email: "kim@example.com", role: "manager", status: "active" });
    expect(response.headers.get("Location")).toBe(`/api/v1/users/${data?.id}`);
    expect(response.headers.get("ETag")).toBe((await read({ id: data?.id ?? 0, email: "" })).etag);
    const key = await roster.db("api_keys").where({ name: "Sync" }).first();
    expect(await lastActivity()).toMatchObject({
      action: "user.created",
      actor_kind: "user",
      actor_id: roster.people.ada.id,
      key_id: key.id,
      subject_id: data?.id,
      address: "127.0.0.1",
    });
    expect((await stored({ id: data?.id ?? 0, email: "" })).must_change_password).toBe(0);
    expect(JSON.stringify(await roster.db("activity"))).not.toContain(kim.password);
  });

  test("with askForNewPassword asks for a new password at the first log-in", async () => {
    const { data } = await client.POST("/users", {
      body: { ...kim, email: "asked@example.com", askForNewPassword: true },
    });
    expect((await stored({ id: data?.id ?? 0, email: "" })).must_change_password).toBe(1);
  });

  test("lists every fault and writes nothing", async () => {
    const before = await roster.db("users").count();
    const body = { firstName: "", lastName: 7, email: "no", role: "boss", nick: "K", "a/b~c": 1 };
    const answer = await client.POST("/users", { body: body as never });
    expect(faultsOf(answer)).toEqual({
      "#/firstName": "Enter a first name",
      "#/lastName": "Enter a last name",
      "#/email": "Enter an email address like name@example.com, using only a–z, digits and . _ - +",
      "#/role": "Use one of admin, manager, member",
      "#/password": "Enter a password, or send invite: true",
      "#/nick": "Unknown member. Leave it out",
      "#/a~1b~0c": "Unknown member. Leave it out",
    });
    for (const none of [[], "Kim", null])
      expect(faultsOf(await client.POST("/users", { body: none as never }))).toEqual({ "#": "Send a JSON object" });
    expect(await roster.db("users").count()).toEqual(before);
  });

  test.each([
    ["passwordpassword", /too easy to guess/],
    ["short", /at least 15 characters/],
    ["x".repeat(73), /at most 72 characters/],
  ])("refuses the password %s by the rule of the pages", async (weak, reason) => {
    const answer = await client.POST("/users", { body: { ...kim, email: "weak@example.com", password: weak } });
    expect(faultsOf(answer)).toEqual({ "#/password": expect.stringMatching(reason) });
  });

  test("refuses an email that is in use, in another organization too", async () => {
    for (const email of ["ada@example.com", "EVE@example.com"]) {
      expect(faultsOf(await client.POST("/users", { body: { ...kim, email } }))).toEqual({
        "#/email": "This email is already in use. Use another one.",
      });
    }
  });

  test("cannot create an Admin", async () => {
    const answer = await client.POST("/users", { body: { ...kim, email: "boss@example.com", role: "admin" } });
    expect([answer.response.status, problemName(answer)]).toEqual([403, "for-people-only"]);
    expect(await roster.db("users").where({ email: "boss@example.com" }).first()).toBeUndefined();
  });
});

describe("PATCH /users/{id}", () => {
  const patch = (body: object, etag: string, person: Person = zoe) =>
    client.PATCH("/users/{id}", {
      params: { ...path(person), header: { "If-Match": etag } },
      body: body as Record<string, never>,
    });

  test("changes only what is sent, and history has the change and the key", async () => {
    const { data: before, etag } = await read();
    const { data, response } = await patch({ lastName: "Smith", role: "manager" }, etag);
    expect(data).toEqual({ ...before, lastName: "Smith", role: "manager" });
    expect(response.headers.get("ETag")).toBe((await read()).etag);
    const rows = await roster.db("activity").where({ subject_id: zoe.id }).orderBy("id", "desc").limit(2);
    expect(rows.map(({ action, changes }) => [action, JSON.parse(changes)])).toEqual([
      ["role.updated", { role: { before: "member", after: "manager" } }],
      ["personal-information.updated", { lastName: { before: "O'Neill", after: "Smith" } }],
    ]);
    expect(rows.every(({ key_id }) => key_id !== null)).toBe(true);
  });

  test("of name and role needs at most 14 SQL statements", async () => {
    const ken = await addUser(roster.deps, { email: "ken@example.com" });
    const { etag } = await read(ken);
    const count = await countStatements(roster.db, async () => {
      expect((await patch({ firstName: "Kenneth", role: "manager" }, etag, ken)).response.status).toBe(200);
    });
    expect(count).toBeGreaterThan(4);
    expect(count).toBeLessThanOrEqual(14);
  });

  test("with unchanged values writes no history and keeps the ETag", async () => {
    const { etag } = await read();
    const { id } = await lastActivity();
    const { response } = await patch({ lastName: "Smith" }, etag);
    expect([response.status, response.headers.get("ETag")]).toEqual([200, etag]);
    expect((await patch({}, etag)).response.status).toBe(200);
    expect((await lastActivity()).id).toBe(id);
  });

  test("answers 428 without If-Match and 412 for an old version", async () => {
    const { etag } = await read();
    const none = await client.PATCH("/users/{id}", { params: path() as never, body: { lastName: "X" } });
    expect([none.response.status, problemName(none)]).toEqual([428, "precondition-required"]);
    await patch({ lastName: "Other" }, etag);
    for (const stale of [etag, '"nonsense"', "5", "", `W/${(await read()).etag}`]) {
      const answer = await patch({ lastName: "Mine" }, stale);
      expect([answer.response.status, problemName(answer)]).toEqual([412, "precondition-failed"]);
    }
    expect((await stored()).last_name).toBe("Other");
    const detailOf = async (ifMatch: string) => (await patch({ lastName: "Mine" }, ifMatch)).error?.detail;
    const present = (await read()).etag;
    expect(await detailOf(etag)).toContain("Someone changed the user after");
    for (const weak of [`W/${present}`, ` W/${etag}`, `"x", W/${present}`])
      expect([weak, await detailOf(weak)]).toEqual([weak, expect.stringContaining("A weak ETag")]);
    for (const none of ['"nonsense"', "5", "", present.slice(1)])
      expect([none, await detailOf(none)]).toEqual([none, expect.stringContaining("not a user's ETag")]);
    for (const good of [`"x", ${(await read()).etag}`, "*"])
      expect((await patch({ lastName: good }, good)).response.status).toBe(200);
  });

  test("ignores a log-in since the ETag, although the response shows it", async () => {
    const { etag } = await read();
    await logIn(roster, zoe);
    const after = await read();
    expect(after.etag).not.toBe(etag);
    expect(after.data?.lastLoginAt).not.toBeNull();
    expect((await patch({ lastName: "Then" }, etag)).response.status).toBe(200);
  });

  test("with one ETag, sent several times in parallel, is saved once", async () => {
    const { etag } = await read();
    const answers = await Promise.all(["One", "Two", "Three"].map((lastName) => patch({ lastName }, etag)));
    expect(answers.map(({ response }) => response.status).sort()).toEqual([200, 412, 412]);
  });

  test("does not overwrite a change that was saved while its body was arriving", async () => {
    const { etag } = await read();
    const headers = { "X-API-Key": key, "If-Match": etag, "Content-Type": "application/json" };
    const late = request(`${roster.url}/api/v1/users/${zoe.id}`, { method: "PATCH", headers });
    const answered = once(late, "response");
    late.flushHeaders();
    await once(late, "socket").then(([socket]) => once(socket, "connect"));
    // Wait for answers to these, so that the other request has found the user and waits for its body.
    for (let turn = 0; turn < 3; turn++) await read();
    expect((await patch({ lastName: "First" }, etag)).response.status).toBe(200);
    late.end('{"lastName":"Late"}');
    const [{ statusCode }] = await answered;
    expect(statusCode).toBe(412);
    expect((await stored()).last_name).toBe("First");
  });

  test("is saved as a whole or not at all", async () => {
    const { ada } = roster.people;
    const { etag } = await read(ada);
    const answer = await patch({ firstName: "Changed", role: "member" }, etag, ada);
    expect(faultsOf(answer)).toEqual({ "#/role": expect.stringContaining("the only active Admin") });
    expect(await stored(ada)).toMatchObject({ first_name: "Ada", role: "admin" });
    expect((await read(ada)).etag).toBe(etag);
  });

  test("with a new email informs both addresses and ends open reset links, and refuses a new email for an Admin", async () => {
    const { ada } = roster.people;
    const tim = await addUser(roster.deps, { email: "tim@example.com" });
    const [{ length }, link] = [await outbox(roster), await giveResetLink(roster.deps, tim)];
    const refused = await patch({ email: "ada.new@example.com" }, "*", ada);
    expect([problemName(refused), (await outbox(roster)).length]).toEqual(["for-people-only", length]);
    expect((await patch({ email: "tim.new@example.com" }, "*", tim)).response.status).toBe(200);
    const mails = (await outbox(roster)).slice(length);
    expect(mails.map(({ to }) => to).sort()).toEqual(["tim.new@example.com", "tim@example.com"]);
    expect((await visit(roster).get(link)).status).toBe(404);
  });

  test("does not let the key's owner remove their own Admin role", async () => {
    const bob = await addUser(roster.deps, { email: "bob@example.com", role: "admin" });
    expect(faultsOf(await patch({ role: "member" }, "*", roster.people.ada))).toEqual({
      "#/role": expect.stringContaining("your own Admin role"),
    });
    expect((await patch({ role: "manager" }, "*", bob)).response.status).toBe(200);
  });

  test("cannot make an Admin or set a password", async () => {
    for (const body of [{ role: "admin" }, { password }, { password, lastName: "" }])
      expect(problemName(await patch(body, "*"))).toBe("for-people-only");
    expect((await patch({ role: "admin", lastName: "Lovelace" }, "*", roster.people.ada)).response.status).toBe(200);
  });

  test("lists every fault", async () => {
    expect(faultsOf(await patch({ firstName: null, email: "eve@", status: "inactive", id: 1 }, "*"))).toEqual({
      "#/firstName": "Enter a first name",
      "#/email": "Enter an email address like name@example.com, using only a–z, digits and . _ - +",
      "#/status": "Unknown member. Leave it out",
      "#/id": "Unknown member. Leave it out",
    });
    expect(faultsOf(await patch({ email: "ada@example.com" }, "*"))).toEqual({
      "#/email": expect.stringContaining("This email is already in use"),
    });
    for (const body of [[], "text", 7, null])
      expect(Object.keys(faultsOf(await patch(body as object, "*")))).toEqual(["#"]);
  });
});

test("the API answers 404 for another organization's user", async () => {
  for (const id of [roster.people.eve.id, 999_999, 0, -1, 1.5, "x", "1%2f2", 99999999999] as number[]) {
    const answer = await client.GET("/users/{id}", { params: { path: { id } } });
    expect([id, answer.response.status]).toEqual([id, 404]);
    expect(problemName(answer)).toBe("not-found");
  }
});
