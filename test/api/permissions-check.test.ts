import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { actions, features } from "../../src/roles/roles.ts";
import { clientOf, faultsOf, problemName } from "../support/api-client.ts";
import { type Roster, startRoster } from "../support/roster.ts";

let roster: Roster;

beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster.close());

/** PRODUCT.md's table of permissions. */
const granted = {
  ada: { organization: "edit view", users: "edit view", apps: "edit view", partners: "edit view" },
  max: { organization: "edit view", users: "", apps: "edit view", partners: "edit view" },
  mia: { organization: "view", users: "", apps: "view", partners: "view" },
} as const;

test.each(["ada", "max", "mia"] as const)(
  "the permission check answers 204 for what %s may do and 403 for everything else",
  async (name) => {
    const client = await clientOf(roster, roster.people[name], { scope: "read" });
    for (const feature of features) {
      for (const action of actions) {
        const answer = await client.GET("/permissions/check", { params: { query: { feature, action } } });
        const isGranted = granted[name][feature].split(" ").includes(action);
        expect([feature, action, answer.response.status]).toEqual([feature, action, isGranted ? 204 : 403]);
        if (!isGranted) expect(problemName(answer)).toBe("forbidden");
      }
    }
  },
);

test("the permission check lists every fault of the query", async () => {
  const client = await clientOf(roster, roster.people.ada);
  const query = { feature: "cars", action: undefined, more: "x" } as unknown as { feature: "apps"; action: "edit" };
  expect(faultsOf(await client.GET("/permissions/check", { params: { query } }))).toEqual({
    "#/feature": "Use one of organization, users, apps, partners",
    "#/action": "Use one of edit, view",
    "#/more": "Unknown member. Leave it out",
  });
});
