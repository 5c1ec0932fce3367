import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ApiClient, clientOf, faultsOf } from "../support/api-client.ts";
import type { paths } from "../support/api-schema.d.ts";
import { addUser, addUsers } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";

type Query = NonNullable<paths["/users"]["get"]["parameters"]["query"]>;

let roster: Roster;
let client: ApiClient;

beforeAll(async () => {
  roster = await startRoster();
  client = await clientOf(roster, roster.people.ada, { scope: "read" });
  await addUser(roster.deps, { email: "zoe@example.com", firstName: "Zoë", lastName: "O'Neill" });
});
afterAll(() => roster.close());

const list = (query: Query) => client.GET("/users", { params: { query } });
const emails = async (query: Query) =>
  (await list(query)).data?.data.map(({ email }) => email.split("@")[0] ?? "") ?? [];
/** Seven people with the same name. */
const paged = (lastName: string) =>
  ["Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal"].map((firstName) => ({
    email: `${firstName}@x${lastName}.paged.example`.toLowerCase(),
    firstName,
    lastName: `${lastName} paged`,
  }));

test("GET /users lists the organization's users by name, including inactive ones, and no one else's", async () => {
  expect(await emails({})).toEqual(["ada", "ian", "max", "mia", "zoe"]);
  expect((await list({ limit: 5 })).data?.nextCursor).toBeNull();
  expect((await list({ limit: 4 })).data?.nextCursor).toEqual(expect.any(String));
});

test.each<[Query, string[]]>([
  [{ role: "manager" }, ["max"]],
  [{ status: "inactive" }, ["ian"]],
  [{ search: "NUNEZ zoe" }, ["mia"]],
  [{ search: "example.com", role: "member", status: "active" }, ["mia", "zoe"]],
  [{ search: "roster_" }, []],
  [{ sort: "-email" }, ["zoe", "mia", "max", "ian", "ada"]],
  [{ sort: "role" }, ["ada", "max", "ian", "mia", "zoe"]],
  [{ sort: "status", limit: 2 }, ["ada", "max"]],
])("GET /users with %j returns %j", async (query, expected) => {
  expect(await emails(query)).toEqual(expected);
});

test("GET /users lists every fault of the query", async () => {
  const query = { role: "boss", status: "gone", sort: "age", limit: 201, cursor: "zzz", page: "2" } as unknown as Query;
  expect(faultsOf(await list(query))).toEqual({
    "#/cursor": "Use the nextCursor of an earlier response, unchanged and with the same sort",
    "#/role": "Use one of admin, manager, member",
    "#/status": "Use one of active, inactive, invited, leaving, never-logged-in, idle-90-days, no-second-factor",
    "#/sort": expect.stringContaining("Use one of name, -name"),
    "#/limit": "Use a whole number from 1 to 200",
    "#/page": "Unknown member. Leave it out",
  });
  const twice = { search: ["a", "b"], limit: ["1", "2"], role: ["admin", "admin"] } as unknown as Query;
  expect(faultsOf(await list(twice))).toEqual({
    "#/search": "Use this parameter only once",
    "#/limit": "Use this parameter only once",
    "#/role": "Use this parameter only once",
  });
  expect(faultsOf(await list({ cursor: "zzz" }))).toEqual({ "#/cursor": expect.stringContaining("nextCursor") });
  for (const limit of [0, -1, 1.5]) expect(Object.keys(faultsOf(await list({ limit })))).toEqual(["#/limit"]);
});

test("GET /users refuses a cursor of another order", async () => {
  const { data } = await list({ sort: "name", limit: 1 });
  expect(faultsOf(await list({ sort: "email", cursor: data?.nextCursor ?? "" }))).toEqual({
    "#/cursor": "Use the nextCursor of an earlier response, unchanged and with the same sort",
  });
});

test("GET /users refuses a cursor that Roster has not made", async () => {
  for (const place of [
    ["name", [], 1],
    ["name", ["a", "b"], 1],
    ["name", ["a\0"], 1],
    ["name", ["a"], 0],
    ["name", ["a"], 2 ** 31],
    ["name", ["a"], 2 ** 60],
    ["name", [1], 1],
    ["constructor", ["a"], 1],
  ]) {
    const cursor = Buffer.from(JSON.stringify(place)).toString("base64url");
    expect(faultsOf(await list({ cursor }))).toEqual({ "#/cursor": expect.stringContaining("nextCursor") });
  }
});

test.each<NonNullable<Query["sort"]>>(["name", "-name", "email", "role", "-status", "lastLogin"])(
  "GET /users, page by page in the order of %s, returns each user once, although users are added meanwhile",
  async (sort) => {
    await addUsers(roster.deps, paged(sort));
    const search = `${sort} paged`;
    const before = await emails({ search, sort, limit: 200 });
    const added: string[] = [];
    const found: string[] = [];
    let cursor: string | null | undefined;
    for (let turn = 0; cursor !== null; turn++) {
      const page: { data: { email: string }[]; nextCursor: string | null } | undefined = (
        await list({ search, sort, limit: 3, ...(cursor && { cursor }) })
      ).data;
      found.push(...(page?.data ?? []).map(({ email }) => email.split("@")[0] ?? ""));
      // One sorts before the cursor and one after it.
      for (const lastName of ["Aaa", "Zzz"]) {
        const email = `${lastName}.${turn}@x${sort}.paged.example`.toLowerCase();
        if (turn < 3) await addUser(roster.deps, { email, firstName: lastName, lastName });
        added.push(email.split("@")[0] ?? "");
      }
      cursor = page?.nextCursor ?? null;
    }
    expect(found.filter((name) => !added.includes(name))).toEqual(before);
    expect(new Set(found).size).toBe(found.length);
  },
);
