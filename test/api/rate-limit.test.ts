import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { apiClient, clientOf, keyOf, problemName } from "../support/api-client.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { countWrites } from "../support/statements.ts";

let roster: Roster;

beforeAll(async () => {
  roster = await startRoster({ API_RATE_LIMIT: "3" });
});
afterAll(() => roster.close());

test("each key has a number of requests per minute, which every response counts down, and then gets 429 with Retry-After", async () => {
  const client = await clientOf(roster, roster.people.ada);
  const left: (string | null)[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const { response } = await client.GET("/me");
    expect([response.status, response.headers.get("RateLimit-Policy")]).toEqual([200, '"key";q=3;w=60']);
    left.push(response.headers.get("RateLimit"));
  }
  expect(left.map((text) => text?.replace(/t=\d+/, "t=n"))).toEqual([
    '"key";r=2;t=n',
    '"key";r=1;t=n',
    '"key";r=0;t=n',
  ]);

  const refused = await client.GET("/me");
  expect([refused.response.status, problemName(refused)]).toEqual([429, "too-many-requests"]);
  const wait = Number(refused.response.headers.get("Retry-After"));
  expect(wait).toBeGreaterThan(50);
  expect(wait).toBeLessThanOrEqual(60);
  expect(refused.response.headers.get("RateLimit")).toBe(`"key";r=0;t=${wait}`);

  const other = await clientOf(roster, roster.people.ada);
  expect((await other.GET("/me")).response.status).toBe(200);
});

test("the rate limit starts again after a minute", async () => {
  const client = await clientOf(roster, roster.people.max);
  for (let turn = 0; turn < 4; turn++) await client.GET("/me");
  expect((await client.GET("/me")).response.status).toBe(429);
  const now = Date.now();
  jest.spyOn(Date, "now").mockReturnValue(now + 60_001);
  expect((await client.GET("/me")).response.status).toBe(200);
  jest.restoreAllMocks();
});

test("counting requests writes nothing to the database", async () => {
  const client = await clientOf(roster, roster.people.mia);
  await client.GET("/me");
  // The mail about the new key is a separate write.
  await roster.deps.mailer.settled();
  const writes = await countWrites(roster.db, async () => {
    for (let turn = 0; turn < 10; turn++) await client.GET("/roles");
    expect((await client.GET("/roles")).response.status).toBe(429);
  });
  expect(writes).toBe(0);
});

test("the rate limit counts refused requests too, once their key is known", async () => {
  const client = await clientOf(roster, roster.people.mia);
  for (let turn = 0; turn < 3; turn++) expect((await client.GET("/users")).response.status).toBe(403);
  expect((await client.GET("/users")).response.status).toBe(429);
  const unknown = apiClient(roster, (await keyOf(roster, roster.people.mia)).replace(/.$/, "~"));
  for (let turn = 0; turn < 5; turn++) expect((await unknown.GET("/me")).response.status).toBe(401);
});
