import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { triesFor } from "../support/guessing.ts";
import { password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { newFolder } from "./commands.ts";
import { command } from "./in-process.ts";

// With --json a command that changes or makes something prints one line, in the words of the API. The commands that
// list, and those of users.test.ts, mail.test.ts and doctor.test.ts, are tested there.

let on: Roster;
beforeAll(async () => {
  on = await startRoster();
});
afterAll(() => on.close());

async function json(dataDir: string, args: string[], input = "") {
  const { code, out, err } = await command(dataDir, [...args, "--json"], { input });
  expect([code, err, out.trimEnd().split("\n").length]).toEqual([0, "", 1]);
  return JSON.parse(out);
}

test("create-admin and set-plan with --json print the user and the organization as the API does", async () => {
  const named = ["--email", "kim@example.com", "--first-name", "Kim", "--last-name", "Lee"];
  expect(await json(on.dataDir, ["create-admin", ...named, "--organization", "New"], password)).toMatchObject({
    user: {
      id: expect.any(Number),
      firstName: "Kim",
      lastName: "Lee",
      email: "kim@example.com",
      role: "admin",
      status: "active",
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      lastLoginAt: null,
    },
    organization: { id: expect.any(Number), name: "New", plan: "free" },
  });
  expect(await json(on.dataDir, ["set-plan", "--organization", "new", "pro"])).toEqual({
    changed: true,
    organization: { id: expect.any(Number), name: "New", plan: "pro" },
  });
  expect(await json(on.dataDir, ["set-plan", "--organization", "new", "pro"])).toMatchObject({ changed: false });
});

test("reset-password with --json prints the link and when it expires", async () => {
  const said = await json(on.dataDir, ["reset-password", "--email", "mia@example.com"]);
  expect(said).toEqual({
    link: expect.stringMatching(/^http:\/\/localhost:\d+\/reset-password\/[\w-]{43}$/),
    expiresAt: expect.stringMatching(/Z$/),
    user: expect.objectContaining({ email: "mia@example.com" }),
  });
  expect(Date.parse(said.expiresAt)).toBeGreaterThan(Date.now());
});

test("unlock-user and remove-second-factor with --json print what changed and the user", async () => {
  const unlock = ["unlock-user", "--email", "max@example.com"];
  expect(await json(on.dataDir, unlock)).toMatchObject({ changed: false, user: { email: "max@example.com" } });
  await triesFor(on, "max@example.com", 5);
  expect(await json(on.dataDir, unlock)).toMatchObject({ changed: true });
  await giveSecondFactor(on, on.people.max);
  const { id } = on.people.max;
  expect(await json(on.dataDir, ["remove-second-factor", "--email", "max@example.com"])).toMatchObject({
    user: { id },
  });
});

test("demo, check, backup and restore with --json print their result", async () => {
  const folder = newFolder();
  expect(await json(folder, ["demo", "--users", "3"])).toEqual({
    organization: { id: 1, name: "Harbour & Sons", plan: "pro" },
    users: 3,
    admin: { email: "ada@example.com", password: expect.stringMatching(/-/) },
  });
  expect(await json(folder, ["check"])).toEqual({ organizations: 1, users: 4, activity: expect.any(Number) });
  const file = join(folder, "copy.db");
  expect(await json(folder, ["backup", file])).toEqual({ file, bytes: expect.any(Number) });
  expect(await json(folder, ["restore", file])).toEqual({
    file,
    newest: expect.stringMatching(/Z$/),
    kept: expect.stringContaining("replaced-"),
    heldMails: 0,
    closedFactors: 0,
  });
});
