import { spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { timestamp } from "../../src/platform/time.ts";
import { generateKey, withKey } from "../support/keys.ts";
import type { Person } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, visit } from "../support/visitor.ts";
import { newFolder, refusal } from "./commands.ts";
import { command } from "./in-process.ts";

// What an operator does to users while the server runs: by the rules of the pages, and with history.

let on: Roster;
beforeAll(async () => {
  on = await startRoster();
});
beforeEach(() => on.db("throttles").del());
afterAll(() => on.close());

const run = (...args: string[]) => command(on.dataDir, args);
const json = async (...args: string[]) => JSON.parse((await run(...args, "--json")).out);
const me = async (key: string) => (await visit(on).agent.get("/api/v1/me").set(withKey(key))).status;

/** The newest row of history about a user. */
async function newest({ id }: Person) {
  const row = await on.db("activity").where({ subject_id: id }).orderBy("id", "desc").first();
  return { action: row.action, by: row.actor_kind, command: row.command, changes: JSON.parse(row.changes) };
}

test("list-users lists all users by organization and name, in lines and as JSON", async () => {
  const { code, out, err } = await run("list-users");
  const { ada, eve, ian } = on.people;
  expect([code, err, out.match(/\S+@\S+/g)]).toEqual([
    0,
    "",
    ["ada@example.com", "ian@example.com", "max@example.com", "mia@example.com", "eve@example.com"],
  ]);
  expect(out).toContain(`${ian.id}  ian@example.com  Ian Idle  Member, inactive, Acme; never logged in\n`);
  const { data } = await json("list-users", "--organization", "globex");
  const organization = { id: expect.any(Number), name: "Globex", plan: "free" };
  const user = {
    firstName: "Eve",
    lastName: "Else",
    role: "admin",
    status: "active",
    deactivateOn: null,
    invitedUntil: null,
    lastLoginAt: null,
  };
  expect(data).toEqual([
    { id: eve.id, email: "eve@example.com", createdAt: expect.any(String), ...user, organization },
  ]);
  const ids = async (...filters: string[]) => (await json("list-users", ...filters)).data.map(({ id }: Person) => id);
  expect(await ids("--status", "inactive")).toEqual([ian.id]);
  expect(await ids("--role", "admin")).toEqual([ada.id, eve.id]);
  expect(await ids("--search", "lovelace ada")).toEqual([ada.id]);
  expect((await run("list-users", "--search", "nobody-at-all")).out).toBe("No users found.\n");
});

test("list-users prints more users than one read returns, each once, and stops if its reader closes", async () => {
  const folder = newFolder();
  await command(folder, ["demo", "--users", "600"]);
  const { out } = await command(folder, ["list-users"]);
  const { data } = JSON.parse((await command(folder, ["list-users", "--json"])).out);
  const ids = out
    .trimEnd()
    .split("\n")
    .map((line) => Number.parseInt(line, 10));
  expect([ids.length, new Set(ids).size]).toEqual([601, 601]);
  expect(data.map(({ id }: Person) => id)).toEqual(ids);
  expect(JSON.parse((await command(folder, ["list-users", "--search", "nobody-at-all", "--json"])).out)).toEqual({
    data: [],
  });
  const settings = { ...process.env, NODE_ENV: "test", DATA_DIR: folder };
  const typed = `set -o pipefail; ${process.execPath} --disable-warning=MODULE_TYPELESS_PACKAGE_JSON src/cli.ts list-users | head -1`;
  expect(spawnSync("bash", ["-c", typed], { env: settings, encoding: "utf8" })).toMatchObject({
    status: 0,
    stderr: "",
  });
});

test("invite creates a user without a password and prints a link that works once; list-users says until when", async () => {
  const email = "ina@example.com";
  const person = ["--email", email, "--first-name", "Ina", "--last-name", "Vited", "--role", "member"];
  const { code, out, err } = await run("invite", ...person, "--organization", "acme");
  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain("Invited Ina Vited (ina@example.com), Member of Acme.\n");
  const user = await on.db("users").where({ email }).first();
  expect(user).toMatchObject({ status: "active", password_hash: "" });
  expect(await newest(user)).toMatchObject({ action: "user.invited", by: "operator", command: "invite" });
  expect(refusal(await run("invite", ...person, "--organization", "acme"))).toMatch(/^--email: /);

  const shown = `${user.id}  ${email}  Ina Vited  Member, active, Acme; invited until ${user.invited_until}\n`;
  expect((await run("list-users", "--status", "invited")).out).toBe(shown);
  expect((await json("list-users", "--search", email)).data).toMatchObject([{ invitedUntil: user.invited_until }]);

  const link = /\/invitation\/[\w-]{43}/.exec(out)?.[0] ?? "";
  const chosen = { password: "copper lantern drizzle", confirmPassword: "copper lantern drizzle" };
  expect((await visit(on).submit(link, chosen)).status).toBe(303);
  expect((await visit(on).get(link)).status).toBe(404);
  expect((await visit(on).submit("/login", { email, password: chosen.password })).status).toBe(303);
  expect((await run("list-users", "--status", "invited")).out).toBe("No users found.\n");
  await on.db("users").where({ email }).update({ status: "inactive" });
});

test("deactivate-user and activate-user do what the page does, once, and say so", async () => {
  const { max } = on.people;
  const visitor = await logIn(on, "max");
  const key = await generateKey(await logIn(on, "ada"), max);
  const out =
    "Max O'Brien (max@example.com) is now inactive. Sessions and reset links have ended; API keys are paused.\n";
  expect(await run("deactivate-user", "--email", "MAX@example.com")).toEqual({ code: 0, out, err: "" });
  expect((await visitor.get("/profile")).status).toBe(303);
  expect(await me(key)).toBe(401);
  expect(await newest(max)).toEqual({
    action: "status.updated",
    by: "operator",
    command: "deactivate-user",
    changes: { status: { before: "active", after: "inactive" } },
  });
  const rows = await on.db("activity").count();
  expect(await json("deactivate-user", "--email", "max@example.com")).toMatchObject({
    changed: false,
    user: { id: max.id, status: "inactive" },
  });
  expect((await run("deactivate-user", "--email", max.email)).out).toBe(
    "Max O'Brien (max@example.com) is already inactive.\n",
  );
  expect(await on.db("activity").count()).toEqual(rows);

  expect(await json("activate-user", "--email", max.email)).toMatchObject({
    changed: true,
    user: { id: max.id, status: "active" },
  });
  expect(await newest(max)).toMatchObject({ by: "operator", command: "activate-user" });
  expect(await me(key)).toBe(200);
});

test("activate-user prints the user without the end date that it has removed", async () => {
  const past = { status: "inactive", deactivate_on: "2020-01-01", deactivate_at: "2020-01-02T00:00:00.000Z" };
  await on.db("users").where({ id: on.people.mia.id }).update(past);
  expect((await json("activate-user", "--email", "mia@example.com")).user).toMatchObject({
    status: "active",
    deactivateOn: null,
  });
});

test("reset-password prints an invited user with the end of the new link", async () => {
  const email = "iris@example.com";
  const person = ["--email", email, "--first-name", "Iris", "--last-name", "Vited", "--role", "member"];
  const invited = await json("invite", ...person, "--organization", "Acme");
  const { user } = await json("reset-password", "--email", email);
  const { invited_until } = await on.db("users").where({ email }).first();
  expect(user.invitedUntil).toBe(invited_until);
  expect(user.invitedUntil > invited.user.invitedUntil).toBe(true);
  await on.db("users").where({ email }).update({ status: "inactive" });
});

test("deactivate-user refuses the last active Admin in one line", async () => {
  const rows = await on.db("activity").count();
  const reason = refusal(await run("deactivate-user", "--email", "ada@example.com"));
  expect(reason).toBe("This is the only active Admin of the organization. Make someone else an Admin first.");
  expect(refusal(await run("activate-user", "--email", "no@example.com"))).toMatch(/^--email: No user with email/);
  expect(await on.db("users").where({ id: on.people.ada.id }).pluck("status")).toEqual(["active"]);
  expect(await on.db("activity").count()).toEqual(rows);
});

test("end-sessions logs a user out everywhere and writes history", async () => {
  const { mia } = on.people;
  const visitors = [await logIn(on, "mia"), await logIn(on, "mia")];
  const out = "Ended 2 sessions of Mia Zoë-Núñez (mia@example.com).\n";
  expect(await run("end-sessions", "--email", mia.email)).toEqual({ code: 0, out, err: "" });
  for (const visitor of visitors) expect((await visitor.get("/profile")).status).toBe(303);
  expect(await newest(mia)).toEqual({
    action: "session.ended",
    by: "operator",
    command: "end-sessions",
    changes: { sessions: { before: "2", after: "0" } },
  });
  expect(await json("end-sessions", "--email", mia.email)).toMatchObject({ ended: 0, user: { id: mia.id } });
  const [created_at, last_seen_at] = [timestamp(), timestamp()];
  const row = { user_id: mia.id, data: "{}", created_at, last_seen_at };
  await on.db("sessions").insert(Array.from({ length: 64 }, (_, index) => ({ ...row, id_hash: `${index}` })));
  expect(await json("end-sessions", "--email", mia.email)).toMatchObject({ ended: 64 });
});

test("revoke-key takes a number, the first characters, or the whole key on standard input", async () => {
  const { mia } = on.people;
  const ada = await logIn(on, "ada");
  const keys: string[] = [];
  for (const name of ["One", "Two", "Three"]) keys.push(await generateKey(ada, mia, { name }));
  const [one = "", two = "", three = ""] = keys;
  const [{ id }] = await on.db("api_keys").where({ name: "One" });
  const out = `Revoked the key "One" (${id}, ${one.slice(0, 11)}…) of mia@example.com.\n`;
  expect(await run("revoke-key", String(id))).toEqual({ code: 0, out, err: "" });
  expect(await newest(mia)).toEqual({
    action: "api-key.revoked",
    by: "operator",
    command: "revoke-key",
    changes: { name: { before: "One", after: null } },
  });
  const listed = await json("list-keys", "--organization", "Acme", "--filter", "never-used");
  expect(listed.data.map(({ name }: { name: string }) => name)).toEqual(["Three", "Two"]);
  expect(listed.data[1].owner).toEqual({ id: mia.id, email: mia.email, status: "active" });
  expect((await run("revoke-key", `${two.slice(0, 11)}…`)).code).toBe(0);
  const whole = await command(on.dataDir, ["revoke-key", "--json"], { input: `${three}\n` });
  expect(JSON.parse(whole.out)).toEqual({
    changed: true,
    key: { id: expect.any(Number), name: "Three", start: three.slice(0, 11) },
    email: "mia@example.com",
  });
  for (const key of keys) expect(await me(key)).toBe(401);
  expect((await run("revoke-key", String(id))).out).toContain("Already revoked: the key");
});

test("revoke-key refuses a key as an argument, an unknown one, and first characters that several keys share", async () => {
  const { mia, max } = on.people;
  const ada = await logIn(on, "ada");
  const key = await generateKey(ada, mia, { name: "Here" });
  await generateKey(ada, max, { name: "There" });
  await on.db("api_keys").whereIn("name", ["Here", "There"]).update({ start: "roster_Same" });
  expect(refusal(await run("revoke-key", key))).toBe("Enter a whole key on standard input, not on the command line");
  expect(refusal(await run("revoke-key", "roster_Same"))).toMatch(
    /^Several keys start with these characters. Enter the ID of one: \d+ \("Here" of mia@example\.com\), \d+ \("There" of max@/,
  );
  expect(refusal(await run("revoke-key", "99999"))).toBe("No such key");
  expect(refusal(await run("revoke-key"))).toMatch(
    /^Enter the key's ID, .*; or enter the whole key on standard input$/,
  );
  expect(refusal(await run("revoke-key", "roster_%%%%"))).toMatch(/^Enter the key's ID/);
  const mistyped = `${key.slice(0, -1)}${key.endsWith("0") ? "1" : "0"}`;
  expect(refusal(await command(on.dataDir, ["revoke-key"], { input: mistyped }))).toBe("No such key");
  expect(await me(key)).toBe(200);
});

test("export-activity writes the page's export into a file that only its owner can read, and does not overwrite", async () => {
  const folder = newFolder();
  const ada = await logIn(on, "ada");
  for (const ending of ["csv", "jsonl"]) {
    const page = await ada.get(`/admin/activity/export.${ending}`);
    const file = join(folder, `history.${ending}`);
    const rows = page.text.split("\n").length - (ending === "csv" ? 2 : 1);
    const out = `Wrote the history of Acme to ${file} (${rows} rows).\n`;
    expect(await run("export-activity", "--organization", "acme", file)).toEqual({ code: 0, out, err: "" });
    expect(readFileSync(file, "utf8")).toBe(page.text);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(refusal(await run("export-activity", "--organization", "Acme", file))).toContain("Nothing was overwritten");
  }
  const empty = join(folder, "empty.jsonl");
  expect((await run("export-activity", "--organization", "Acme", "--to", "2020-01-01", empty)).code).toBe(0);
  expect(JSON.parse(readFileSync(empty, "utf8"))).toMatchObject({
    filters: { to: "2020-01-01 (2020-01-02T00:00:00.000Z)" },
    organization: { name: "Acme" },
  });
  await ada.submit(`/admin/managers/${on.people.mia.id}/role`, { role: "manager" });
  const filters = ["--user", "mia@example.com", "--actor", "lovelace", "--action", "role.updated"];
  const filtered = join(folder, "filtered.csv");
  expect((await run("export-activity", "--organization", "Acme", ...filters, filtered)).out).toContain("(1 row)");
  const page = await ada.get("/admin/activity/export.csv?user=mia@example.com&actor=lovelace&action=role.updated");
  const withoutTime = (text: string): string => text.replace(/^# exported_at.*$/m, "");
  expect(withoutTime(readFileSync(filtered, "utf8"))).toBe(withoutTime(page.text));
  const refusals = [
    ["--organization", "Acme", "--action", "role.eaten", join(folder, "new.csv")],
    ["--organization", "Acme", join(folder, "history.xls")],
    ["--organization", "Acne", join(folder, "new.csv")],
    ["--organization", "Acme", "--from", "yesterday", join(folder, "new.csv")],
    ["--organization", "Acme", "--from", "2026-02-01", "--to", "2026-02-31", join(folder, "new.csv")],
    ["--organization", "Acme", "--from", "2026-03-31", "--to", "2026-01-01", join(folder, "new.csv")],
    ["--organization", "Acme"],
  ];
  const day = "Use a day such as 2026-03-04 or a moment such as 2026-03-04T08:05:00Z";
  const reasons = await Promise.all(refusals.map((args) => run("export-activity", ...args)));
  expect(reasons.map(refusal)).toEqual([
    "--action: Use an action such as role.updated; /api/docs lists them",
    "The name of FILE must end in .csv or .jsonl",
    '--organization: No organization "Acne". Choose from: Acme, Globex',
    `--from: ${day}`,
    `--to: ${day}`,
    "--to: The range ends before it begins. Use a later day or moment",
    "FILE is missing",
  ]);
});

test("export-users writes the page's export into a file that only its owner can read, and does not overwrite", async () => {
  const file = join(newFolder(), "users.csv");
  const page = await (await logIn(on, "ada")).get("/admin/managers/export.csv");
  const out = `Wrote the users of Acme to ${file} (${page.text.split("\n").length - 2} users).\n`;
  expect(await run("export-users", "--organization", "acme", file)).toEqual({ code: 0, out, err: "" });
  expect(readFileSync(file, "utf8")).toBe(page.text);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(refusal(await run("export-users", "--organization", "Acme", file))).toContain("Nothing was overwritten");
  expect(refusal(await run("export-users", "--organization", "Acne", join(newFolder(), "new.csv")))).toContain(
    'No organization "Acne"',
  );
});

test("import-users creates and changes users as the pages do, says why each other line is left, and exits with 1 for a wrong one", async () => {
  const file = join(newFolder(), "users.csv");
  const rows = ["cli@example.com,Zoë,Müller,manager", "max@example.com,Maximilian,O'Brien,", "x,Y,Z,boss"];
  writeFileSync(file, `email;first_name;last_name;role\n${rows.join("\n").replaceAll(",", ";")}`);
  const named = ["--organization", "acme", file];
  const dry = await run("import-users", "--dry-run", ...named);
  expect([dry.code, dry.err, dry.out.split("\n")]).toEqual([
    1,
    "",
    [
      expect.stringMatching(
        /^Line 4, wrong: Enter an email address like .*; Unknown role\. Use admin, manager or member$/,
      ),
      "Checked 3 lines for Acme: 1 to create, 1 to change, 1 wrong.",
      "Existing users are changed only with --change-existing.",
      "Nothing was changed.",
      "",
    ],
  ]);
  expect(await on.db("users").where({ email: "cli@example.com" })).toEqual([]);
  const first = await run("import-users", ...named);
  expect(first.out).toContain("Line 3, left out: This user exists. Add --change-existing to change them\n");
  expect(first.out).toContain("Imported 3 lines for Acme: 1 created, 1 left out, 1 wrong.\n");
  const created = await on.db("users").where({ email: "cli@example.com" }).first();
  expect(created).toMatchObject({ first_name: "Zoë", role: "manager" });
  expect(await newest(created)).toMatchObject({ action: "user.invited", by: "operator", command: "import-users" });
  writeFileSync(file, `email;first_name;last_name;role\n${rows.slice(0, 2).join("\n").replaceAll(",", ";")}`);
  const { counts } = await json("import-users", "--change-existing", ...named);
  expect(counts).toEqual({ unchanged: 1, changed: 1 });
  expect((await on.db("users").where({ email: "max@example.com" }).first()).first_name).toBe("Maximilian");
});

test("import-users refuses a file that it cannot read, with the line, and changes nothing", async () => {
  const folder = newFolder();
  const write = (content: string | Buffer): string => {
    writeFileSync(join(folder, "users.csv"), content);
    return join(folder, "users.csv");
  };
  const refused = async (...args: string[]) => refusal(await run("import-users", "--organization", "Acme", ...args));
  const file = write(Buffer.from("email,first_name,last_name\ncli2@example.com,Zo\xeb,B", "latin1"));
  expect(await refused(file)).toContain("is not in UTF-8. Save it in UTF-8, or add --encoding windows-1252");
  expect(await refused("--encoding", "latin1", file)).toContain("--encoding: Use windows-1252");
  expect((await run("import-users", "--organization", "Acme", "--encoding", "windows-1252", file)).code).toBe(0);
  expect((await on.db("users").where({ email: "cli2@example.com" }).first()).first_name).toBe("Zoë");
  expect(await refused(write('email,first_name,last_name\n"x,y,z'))).toContain('Line 2: A quote (") is not closed.');
  expect(await refused(write("phone\n1"))).toContain("Line 1: Unknown column “phone”.");
  expect(await refused(write("x".repeat(2 * 1024 * 1024 + 1)))).toContain("larger than 2 MB");
  expect(await refused(join(folder, "none.csv"))).toContain("none.csv does not exist. Nothing was changed.");
});
