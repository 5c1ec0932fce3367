import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { keyOf } from "../support/api-client.ts";
import { keyIn } from "../support/keys.ts";
import { addPeople, addUser, type People, type Person, password } from "../support/people.ts";
import { formFields, type Visitor, visit } from "../support/visitor.ts";
import { startTogether, type Together } from "./processes.ts";

// The rules under real concurrency: two processes at the same moment, a few hundred times each.

const times = 200;
let together: Together;
let people: People;
let one: string;
let two: string;
let keys: { ada: string; mia: string };

beforeAll(async () => {
  together = await startTogether(2);
  [one, two] = together.urls as [string, string];
  people = await addPeople(together.deps);
  await together.db("users").where({ id: people.mia.id }).update({ role: "admin" });
  keys = { ada: await keyOf(together, people.ada), mia: await keyOf(together, people.mia) };
});
afterAll(() => together.close());

async function ask(
  url: string,
  key: string,
  method: string,
  path: string,
  { body, headers }: { body?: object; headers?: Record<string, string> } = {},
): Promise<{ status: number; etag: string }> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { "X-API-Key": key, "Content-Type": "application/json", ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  await answer.arrayBuffer();
  return { status: answer.status, etag: answer.headers.get("ETag") ?? "" };
}

const both = (): Person[] => [people.ada, people.mia];
const backAgain = async (): Promise<void> => {
  const ids = both().map(({ id }) => id);
  await together.db("users").whereIn("id", ids).update({ role: "admin", status: "active" });
};
const activeAdmins = () =>
  together
    .db("users")
    .whereIn(
      "id",
      both().map(({ id }) => id),
    )
    .where({ role: "admin", status: "active" })
    .pluck("id");

test("when two Admins demote or deactivate each other, one always stays active", async () => {
  for (let n = 0; n < times; n++) {
    await backAgain();
    const [first, second] = both() as [Person, Person];
    const removeAdmin = async (url: string, key: string, { id }: Person, isDemoted: boolean): Promise<number> => {
      if (!isDemoted) return (await ask(url, key, "POST", `/users/${id}/deactivate`)).status;
      const { etag } = await ask(url, key, "GET", `/users/${id}`);
      const wanted = { body: { role: "member" }, headers: { "If-Match": etag } };
      return (await ask(url, key, "PATCH", `/users/${id}`, wanted)).status;
    };
    const statuses = await Promise.all([
      removeAdmin(one, keys.ada, second, n % 2 === 0),
      removeAdmin(two, keys.mia, first, n % 4 < 2),
    ]);
    expect([n, (await activeAdmins()).length, statuses.filter((status) => status >= 500)]).toEqual([n, 1, []]);
    expect(statuses.filter((status) => status < 300)).toHaveLength(1);
  }
  await backAgain();
});

test("only one of two users gets the same email, whether new or changed", async () => {
  const { id } = await addUser(together.deps, { email: "had-another@example.com" });
  for (let n = 0; n < times; n++) {
    const email = `same${n}@example.com`;
    const create = async (url: string): Promise<number> => {
      const body = { firstName: "Same", lastName: "Address", email, role: "member", password };
      return (await ask(url, keys.ada, "POST", "/users", { body })).status;
    };
    const change = async (url: string): Promise<number> =>
      (await ask(url, keys.ada, "PATCH", `/users/${id}`, { body: { email }, headers: { "If-Match": "*" } })).status;
    const statuses = await Promise.all([create(one), n % 2 === 0 ? create(two) : change(two)]);
    expect([n, statuses.filter((status) => status < 300).length, statuses.includes(422)]).toEqual([n, 1, true]);
    expect(await together.db("users").where({ email }).pluck("id")).toHaveLength(1);
  }
});

test("only one of two edits over the API with the same version is saved", async () => {
  const { id } = await addUser(together.deps, { email: "edited@example.com" });
  for (let n = 0; n < times; n++) {
    const { etag } = await ask(one, keys.ada, "GET", `/users/${id}`);
    const statuses = await Promise.all(
      [one, two].map(async (url, which) => {
        const body = { firstName: `Edit ${n} of ${which}` };
        return (await ask(url, keys.ada, "PATCH", `/users/${id}`, { body, headers: { "If-Match": etag } })).status;
      }),
    );
    expect([n, ...statuses.sort()]).toEqual([n, 200, 412]);
  }
  expect(await savesOf(id)).toBe(times);
});

test("only one of two Admins who send the same user's form saves, and the other gets the conflict", async () => {
  const { id } = await addUser(together.deps, { email: "form@example.com" });
  const admins = [await loggedIn(one, people.ada), await loggedIn(two, people.mia)];
  const path = `/admin/managers/${id}/personal-information`;
  for (let n = 0; n < times; n++) {
    const forms = await Promise.all(admins.map(async (admin) => formFields((await admin.get(path)).text)));
    const answers = await Promise.all(
      admins.map((admin, which) => admin.post(path, { ...forms[which], firstName: `Form ${n} of ${which}` })),
    );
    expect([n, ...answers.map(({ status }) => status).sort()]).toEqual([n, 303, 409]);
  }
  expect(await savesOf(id)).toBe(times);
});

test('"Generate new key" sent twice with the same form makes one key, which both processes show', async () => {
  const here = await loggedIn(one, people.ada);
  const there = visit({ url: two });
  there.agent.jar = here.agent.jar;
  const { id } = await addUser(together.deps, { email: "keys@example.com" });
  const path = `/admin/managers/${id}/api-keys`;
  const form = formFields((await here.get(`/admin/managers/${id}`)).text, path);
  for (let n = 0; n < times; n++) {
    const sent = { ...form, formId: randomUUID(), name: `Key ${n}` };
    const answers = await Promise.all([here, there].map((visitor) => visitor.post(path, sent)));
    const keys = answers.map(({ text }) => keyIn(text));
    expect([n, ...keys]).toEqual([n, expect.anything(), keys[0]]);
    await together.db("api_keys").where({ user_id: id }).update({ revoked_at: new Date().toISOString() });
  }
  expect(await together.db("api_keys").where({ user_id: id }).pluck("id")).toHaveLength(times);
});

const savesOf = async (id: number): Promise<number> =>
  (await together.db("activity").where({ subject_id: id, action: "personal-information.updated" }).pluck("id")).length;

async function loggedIn(url: string, { email }: Person): Promise<Visitor> {
  const visitor = visit({ url });
  expect((await visitor.submit("/login", { email, password })).status).toBe(303);
  return visitor;
}
