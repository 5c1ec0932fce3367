import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { clientOf } from "../support/api-client.ts";
import { type Roster, startRoster } from "../support/roster.ts";

let roster: Roster;

beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster.close());

test("GET /roles returns every role with its permissions to any key", async () => {
  const { data } = await (await clientOf(roster, roster.people.mia, { scope: "read" })).GET("/roles");
  const all = ["edit", "view"];
  expect(data).toEqual({
    data: [
      { role: "admin", permissions: { organization: all, users: all, apps: all, partners: all } },
      { role: "manager", permissions: { organization: all, users: [], apps: all, partners: all } },
      { role: "member", permissions: { organization: ["view"], users: [], apps: ["view"], partners: ["view"] } },
    ],
    nextCursor: null,
  });
});
