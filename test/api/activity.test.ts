import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ApiClient, clientOf, faultsOf } from "../support/api-client.ts";
import type { paths } from "../support/api-schema.d.ts";
import { addUser, type Person } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn } from "../support/visitor.ts";

type Query = NonNullable<paths["/activity"]["get"]["parameters"]["query"]>;

let roster: Roster;
let client: ApiClient;
let zoe: Person;

beforeAll(async () => {
  roster = await startRoster();
  client = await clientOf(roster, roster.people.ada, { name: "Sync" });
  zoe = await addUser(roster.deps, { email: "zoe@example.com", firstName: "Zoë", lastName: "O'Neill" });
});
afterAll(() => roster.close());

const list = async (query: Query = {}) => client.GET("/activity", { params: { query } });
const rename = (lastName: string) =>
  client.PATCH("/users/{id}", {
    params: { path: { id: zoe.id }, header: { "If-Match": "*" } },
    body: { lastName },
  });

test("GET /activity returns who did what to whom with which key, and the values before and after", async () => {
  await rename("Smith");
  const { data } = await list({ limit: 1 });
  expect(data?.data).toEqual([
    {
      id: expect.any(Number),
      groupId: null,
      at: expect.any(String),
      action: "personal-information.updated",
      actor: {
        kind: "user",
        user: { id: roster.people.ada.id, name: "Ada Lovelace" },
        key: { id: expect.any(Number), name: "Sync" },
        command: null,
      },
      from: { address: "127.0.0.1", browser: "node" },
      subject: { id: zoe.id, name: "Zoë Smith" },
      changes: { lastName: { before: "O'Neill", after: "Smith" } },
    },
  ]);
});

test("GET /activity names no key for what a person did on the pages", async () => {
  const ada = await logIn(roster, "ada");
  await ada.submit(`/admin/managers/${zoe.id}/personal-information`, { lastName: "Page" });
  const { data } = await list({ limit: 1 });
  expect(data?.data[0]).toMatchObject({ actor: { kind: "user", key: null }, changes: { lastName: { after: "Page" } } });
});

test("GET /activity returns only the history of the key's organization", async () => {
  const { data } = await list({ limit: 200 });
  expect(data?.data.length).toBeGreaterThan(5);
  expect(data?.nextCursor).toBeNull();
  expect(JSON.stringify(data)).not.toContain("Eve");
  expect((await list({ user: roster.people.eve.id })).data?.data).toEqual([]);
});

test("GET /activity with a user returns only that user's history", async () => {
  const { data } = await list({ user: zoe.id });
  expect(data?.data.length).toBeGreaterThan(1);
  expect(data?.data.every(({ subject }) => subject?.id === zoe.id)).toBe(true);
});

test("GET /activity returns each row once, newest first, although rows are added between pages", async () => {
  const before = (await list({ limit: 200 })).data?.data.map(({ id }) => id);
  const found: number[] = [];
  let cursor: string | null | undefined;
  for (let turn = 0; cursor !== null; turn++) {
    const page: { data: { id: number }[]; nextCursor: string | null } | undefined = (
      await list({ limit: 2, ...(cursor && { cursor }) })
    ).data;
    found.push(...(page?.data ?? []).map(({ id }) => id));
    await rename(`Name ${turn}`);
    cursor = page?.nextCursor ?? null;
  }
  expect(found).toEqual(before);
});

test("GET /activity takes the filters of the activity page", async () => {
  const today = new Date().toISOString().slice(0, 10);
  const ada = roster.people.ada.id;
  const all = (await list({ limit: 200 })).data?.data ?? [];
  const ids = async (query: Query) => (await list({ limit: 200, ...query })).data?.data.map(({ id }) => id);
  const those = (isWanted: (row: (typeof all)[number]) => boolean) => all.filter(isWanted).map(({ id }) => id);
  expect(await ids({ actor: ada })).toEqual(those(({ actor }) => actor.user?.id === ada));
  expect(await ids({ action: "user.created" })).toEqual(those(({ action }) => action === "user.created"));
  expect(await ids({ actor: ada, user: zoe.id, action: "personal-information.updated" })).toEqual(
    those(({ actor, subject }) => actor.user?.id === ada && subject?.id === zoe.id),
  );
  const middle = all[2]?.at ?? "";
  expect(await ids({ from: middle })).toEqual(those(({ at }) => at >= middle));
  expect(await ids({ to: middle })).toEqual(those(({ at }) => at < middle));
  expect(await ids({ from: today, to: today })).toEqual(those(() => true));
  expect(await ids({ from: "2999-01-01" })).toEqual([]);
  expect(await ids({ to: "2026-01-01T00:00:00+02:00" })).toEqual([]);
  expect(await ids({ actor: roster.people.eve.id })).toEqual([]);
});

test("GET /activity lists every fault of the query", async () => {
  expect(
    faultsOf(
      await list({
        user: "x",
        actor: "0",
        action: "x",
        from: "2026-02-31",
        to: "now",
        limit: 0,
        until: "now",
      } as unknown as Query),
    ),
  ).toEqual({
    "#/user": "Use the ID of a user",
    "#/actor": "Use the ID of a user",
    "#/action": "Use an action such as role.updated; /api/docs lists them",
    "#/from": expect.stringContaining("2026-03-04T08:05:00Z"),
    "#/to": expect.stringContaining("2026-03-04T08:05:00Z"),
    "#/limit": "Use a whole number from 1 to 200",
    "#/until": "Unknown member. Leave it out",
  });
  for (const [from, to] of [
    ["2026-03-04", "2026-03-03"],
    ["2026-03-04T12:00:00Z", "2026-03-04T11:00:00Z"],
  ])
    expect(faultsOf(await list({ from, to } as Query))).toEqual({ "#/to": expect.stringContaining("ends before") });
  const ofNumber = (number: number): string => Buffer.from(String(number)).toString("base64url");
  for (const cursor of ["zzz", "bnVsbA", "WzFd", ...[0, -1, 1.5, 2 ** 31, 2 ** 53].map(ofNumber)])
    expect(faultsOf(await list({ cursor }))).toEqual({ "#/cursor": expect.stringContaining("nextCursor") });
});
