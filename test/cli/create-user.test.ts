import { readdirSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import bcrypt from "bcrypt";
import type { Database } from "../../src/database/database.ts";
import { password } from "../support/people.ts";
import { inside, newFolder, refusal } from "./commands.ts";
import { command } from "./in-process.ts";

const ada = ["create-admin", "--email", "ada@example.com", "--first-name", "Ada", "--last-name", "Lovelace"];
const max = ["create-user", "--email", "max@example.com", "--first-name", "Max", "--last-name", "O'Brien"];
const input = `${password}\n`;

const users = (db: Database) => db("users").join("organizations as o", "o.id", "organization_id").orderBy("users.id");
const countAll = (dataDir: string) =>
  inside(dataDir, async (db) => [await db("users").pluck("email"), await db("organizations").pluck("name")]);

test("the first Admin of an empty installation gets the organization My organization and is asked for no new password", async () => {
  const dataDir = newFolder();
  const outcome = await command(dataDir, ada, { input });
  expect(outcome).toMatchObject({ code: 0, err: "" });
  expect(outcome.out).toContain("Created Ada Lovelace (ada@example.com), Admin of My organization.");
  await inside(dataDir, async (db) => {
    const [user, ...others] = await users(db).select("users.*", "o.name", "o.plan");
    expect(others).toEqual([]);
    expect(user).toMatchObject({ email: "ada@example.com", role: "admin", status: "active", must_change_password: 0 });
    expect(user).toMatchObject({ name: "My organization", plan: "free", version: 1 });
    expect(await bcrypt.compare(password, user.password_hash)).toBe(true);
    const history = await db("activity").orderBy("id").select("action", "actor_kind", "subject_id", "changes");
    expect(history.map(({ action, actor_kind }) => [action, actor_kind])).toEqual([
      ["organization.created", "operator"],
      ["user.created", "operator"],
    ]);
    expect(history[1].subject_id).toBe(user.id);
    expect(JSON.stringify(history)).not.toContain(user.password_hash);
  });
});

test("create-admin without --organization uses the only one, and asks for a name if there are several", async () => {
  const dataDir = newFolder();
  await command(dataDir, [...ada, "--organization", "Acme"], { input });
  const eve = ["create-admin", "--email", "eve@example.com", "--first-name", "Eve", "--last-name", "Else"];
  expect((await command(dataDir, eve, { input })).out).toContain("Admin of Acme.");
  const ben = ["create-admin", "--email", "ben@example.com", "--first-name", "Ben", "--last-name", "Bold"];
  expect((await command(dataDir, [...ben, "--organization", "Globex"], { input })).out).toMatch(
    /^Created the organization Globex on the free plan\.\n/,
  );
  const uma = ["create-admin", "--email", "uma@example.com", "--first-name", "Uma", "--last-name", "Unsure"];
  expect(refusal(await command(dataDir, uma, { input }))).toMatch(/^--organization: .*Acme, Globex$/);
  expect(await countAll(dataDir)).toEqual([
    ["ada@example.com", "eve@example.com", "ben@example.com"],
    ["Acme", "Globex"],
  ]);
});

test("create-user lists the organizations if the given one does not exist, and creates no data file", async () => {
  const dataDir = newFolder();
  const args = [...max, "--role", "member", "--organization", "Acne"];
  expect(refusal(await command(dataDir, args, { input }))).toMatch(/^The data file .*\. Start Roster once/);
  expect(readdirSync(dataDir)).toEqual([]);
  await command(dataDir, [...ada, "--organization", "Acme"], { input });
  expect(refusal(await command(dataDir, args, { input }))).toBe(
    '--organization: No organization "Acne". Choose from: Acme',
  );
  const both = refusal(await command(dataDir, [...ada, "--organization", "Acme"], { input: "short\n" }));
  expect(both).toMatch(/^--email: This email is already in use.*; password .*: The password is too short/);
  expect(await countAll(dataDir)).toEqual([["ada@example.com"], ["Acme"]]);
});

test("create-user takes any role and ignores the case of the organization's name", async () => {
  const dataDir = newFolder();
  await command(dataDir, [...ada, "--organization", "Acme"], { input });
  const outcome = await command(dataDir, [...max, "--role", "Manager", "--organization", "ACME"], { input });
  expect(outcome).toMatchObject({ code: 0, err: "" });
  const [, user] = await inside(dataDir, (db) => users(db).select("role", "o.name", "must_change_password"));
  expect(user).toEqual({ role: "manager", name: "Acme", must_change_password: 0 });
});

describe("the password on standard input", () => {
  test.each([
    ["ends at the first line break", `${password}\nsecond line\n`, password],
    ["needs no line break at the end", password, password],
    ["may end in CR and LF", `${password}\r\n`, password],
    ["may end in CR alone", `${password}\r`, password],
    ["may follow a byte order mark", `\ufeff${password}\r\n`, password],
    ["is kept in NFC", `${"wölf-tramwäy-lantérn".normalize("NFD")}\n`, "wölf-tramwäy-lantérn".normalize("NFC")],
    ["keeps its spaces", `  ${password} \n`, `  ${password} `],
  ])("%s", async (_title, text, expected) => {
    const dataDir = newFolder();
    expect(await command(dataDir, ada, { input: text })).toMatchObject({ code: 0, err: "" });
    const [hash] = await inside(dataDir, (db) => db("users").pluck("password_hash"));
    expect(await bcrypt.compare(expected, hash)).toBe(true);
  });

  test.each([
    ["is missing", "", "Enter a password"],
    ["is too short", "violet\n", "at least 15 characters"],
    ["is easy to guess", "lovelacelovelace\n", "too easy to guess"],
    ["is not UTF-8", Buffer.from([0xff, 0xfe, 0x0a]), "not UTF-8"],
    ["is UTF-16", Buffer.from(`\ufeff${password}\r\n`, "utf16le"), "not UTF-8"],
    ["is UTF-16 without a mark", Buffer.from(`${password}\r\n`, "utf16le"), "not UTF-8"],
    ["has a carriage return inside", `${password}\r${password}\n`, "carriage return"],
    ["has a byte order mark inside", `violet\ufeff${password}\n`, "can’t be saved"],
  ])("is refused if it %s, and nothing is created", async (_title, text, reason) => {
    const dataDir = newFolder();
    const line = refusal(await command(dataDir, ada, { input: text }));
    expect(line).toMatch(/^password\b/);
    expect(line).toContain(reason);
    expect(await countAll(dataDir)).toEqual([[], []]);
  });
});

test("create-admin with an email in use is refused and creates no organization", async () => {
  const dataDir = newFolder();
  await command(dataDir, [...ada, "--organization", "Acme"], { input });
  const line = refusal(await command(dataDir, [...ada, "--organization", "Globex"], { input }));
  expect(line).toBe("--email: This email is already in use. Use another one.");
  expect(await countAll(dataDir)).toEqual([["ada@example.com"], ["Acme"]]);
});

test.each([
  ["every missing option", ["create-admin"], /^--email: .*; --first-name: .*; --last-name: /],
  ["an option given twice", [...max, "--email=", "--role", "member"], /^--email: Use this option only once/],
  ["an unknown role", [...max, "--role", "boss", "--organization", "Acme"], /^--role: .*admin, manager, member$/],
  ["a missing organization", [...max, "--role", "member"], /^--organization: /],
  ["an unknown option", [...ada, "--password", "x"], /^Unknown option --password\b/],
  ["an option without its value", [...ada, "--organization"], /^--organization: The value is missing$/],
  ["a value that is the next option", ["create-admin", "--email", "--first-name", "Ada"], /^--email: The value/],
  ["a name without quotes", [...ada, "--organization", "My", "Company"], /^Unexpected "Company"/],
])("an error names %s in one line", async (_title, args, line) => {
  const dataDir = newFolder();
  expect(refusal(await command(dataDir, args, { input }))).toMatch(line);
  expect(await countAll(dataDir)).toEqual([[], []]);
});
