import { statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { clientOf } from "../support/api-client.ts";
import { triesFor } from "../support/guessing.ts";
import { password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { inside, newFolder } from "./commands.ts";
import { command } from "./in-process.ts";

// With --json a command that changes or makes something prints one line, in the words of the API. The commands that
// list, and those of users.test.ts, mail.test.ts and doctor.test.ts, are tested there.

let on: Roster;
beforeAll(async () => {
  on = await startRoster();
});
afterAll(() => on.close());

/** The user as the API returns it. */
async function userOf(name: keyof Roster["people"]) {
  const person = on.people[name];
  return (await clientOf(on, on.people.ada)).GET("/users/{id}", { params: { path: person } }).then(({ data }) => data);
}

async function json(dataDir: string, args: string[], input = "") {
  const { code, out, err } = await command(dataDir, [...args, "--json"], { input });
  expect([code, err, out.trimEnd().split("\n").length]).toEqual([0, "", 1]);
  return JSON.parse(out);
}

test("create-admin and set-plan with --json print the user and the organization as the API does", async () => {
  const named = ["--email", "kim@example.com", "--first-name", "Kim", "--last-name", "Lee"];
  const printed = await json(on.dataDir, ["create-admin", ...named, "--organization", "New"], password);
  const { id, created_at, organization_id } = await on.db("users").where({ email: "kim@example.com" }).first();
  const organization = { id: organization_id, name: "New" };
  expect(printed).toEqual({
    user: {
      id,
      firstName: "Kim",
      lastName: "Lee",
      email: "kim@example.com",
      role: "admin",
      status: "active",
      deactivateOn: null,
      invitedUntil: null,
      createdAt: created_at,
      lastLoginAt: null,
    },
    organization: { ...organization, plan: "free" },
  });
  const pro = { ...organization, plan: "pro" };
  const setPlan = ["set-plan", "--organization", "new", "pro"];
  expect(await json(on.dataDir, setPlan)).toEqual({ changed: true, organization: pro });
  expect(await json(on.dataDir, setPlan)).toEqual({ changed: false, organization: pro });
});

test("reset-password with --json prints the link and when it expires", async () => {
  const printed = await json(on.dataDir, ["reset-password", "--email", "mia@example.com"]);
  const { expires_at } = await on.db("one_time_links").where({ user_id: on.people.mia.id }).first();
  expect(printed).toEqual({
    link: expect.stringMatching(/^http:\/\/localhost:\d+\/reset-password\/[\w-]{43}$/),
    expiresAt: expires_at,
    user: await userOf("mia"),
  });
  expect(Date.parse(expires_at)).toBeGreaterThan(Date.now());
});

test("unlock-user and remove-second-factor with --json print what changed and the user", async () => {
  const unlock = ["unlock-user", "--email", "max@example.com"];
  const user = await userOf("max");
  expect(await json(on.dataDir, unlock)).toEqual({ changed: false, user });
  await triesFor(on, "max@example.com", 5);
  expect(await json(on.dataDir, unlock)).toEqual({ changed: true, user });
  await giveSecondFactor(on, on.people.max);
  expect(await json(on.dataDir, ["remove-second-factor", "--email", "max@example.com"])).toEqual({ user });
});

test("demo, check, backup and restore with --json print their result", async () => {
  const folder = newFolder();
  expect(await json(folder, ["demo", "--users", "3"])).toEqual({
    organization: { id: 1, name: "Harbour & Sons", plan: "pro" },
    users: 3,
    admin: { email: "ada@example.com", password: expect.stringMatching(/-/) },
  });
  const history = await inside(folder, (db) => db("activity").pluck("at"));
  expect(await json(folder, ["check"])).toEqual({ organizations: 1, users: 4, activity: history.length });
  const file = join(folder, "copy.db");
  expect(await json(folder, ["backup", file])).toEqual({ file, bytes: statSync(file).size });
  expect(await json(folder, ["restore", file])).toEqual({
    file,
    newest: history.toSorted().at(-1),
    erasedAgain: 0,
    kept: expect.stringMatching(new RegExp(`^${join(folder, "replaced-")}`)),
    heldMails: 0,
    closedFactors: 0,
  });
});
