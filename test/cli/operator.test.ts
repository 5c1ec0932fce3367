import { expect, test } from "@jest/globals";
import { commands } from "../../src/cli/main.ts";
import { readOptions } from "../../src/cli/options.ts";
import { migrate } from "../../src/database/migrate.ts";
import { hashToken } from "../../src/platform/secrets.ts";
import { timestampIn } from "../../src/platform/time.ts";
import { version } from "../../src/platform/version.ts";
import { triesFor, tryLogIn } from "../support/guessing.ts";
import { outbox } from "../support/outbox.ts";
import { password } from "../support/people.ts";
import { startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { newFolder, refusal, roster } from "./commands.ts";
import { command } from "./in-process.ts";

// What an operator does to an installation while its server runs.

test("set-plan changes the plan and says so, and does nothing the second time", async () => {
  const { db, dataDir, close } = await startRoster();
  try {
    const outcome = await command(dataDir, ["set-plan", "--organization", "globex", "pro"]);
    expect(outcome).toEqual({ code: 0, out: "Globex is now on Pro.\n", err: "" });
    expect(await db("organizations").where({ name: "Globex" }).pluck("plan")).toEqual(["pro"]);
    const again = await command(dataDir, ["set-plan", "pro", "--organization", "Globex"]);
    expect(again).toEqual({ code: 0, out: "Globex is already on Pro.\n", err: "" });
    const rows = await db("activity").where({ action: "plan.updated" }).select("actor_kind", "command", "changes");
    expect(rows).toEqual([
      { actor_kind: "operator", command: "set-plan", changes: '{"plan":{"before":"free","after":"pro"}}' },
    ]);
  } finally {
    await close();
  }
});

test("set-plan refuses an unknown organization or plan", async () => {
  const { db, dataDir, close } = await startRoster();
  try {
    const unknown = refusal(await command(dataDir, ["set-plan", "--organization", "Acne", "free"]));
    expect(unknown).toBe('--organization: No organization "Acne". Choose from: Acme, Globex');
    const args = ["set-plan", "--organization", "Acme"];
    for (const wrong of [[...args, "gold"], args]) {
      expect(refusal(await command(dataDir, wrong))).toBe("Choose a plan: free or pro");
    }
    expect(await db("organizations").orderBy("id").pluck("plan")).toEqual(["pro", "free"]);
  } finally {
    await close();
  }
});

test("reset-password prints a link from BASE_URL that works in the running server for 30 minutes", async () => {
  const { db, dataDir, people, url, close } = await startRoster();
  try {
    const settings = { BASE_URL: url };
    const outcome = await command(dataDir, ["reset-password", "--email", "MIA@example.com"], { settings });
    expect(outcome).toMatchObject({ code: 0, err: "" });
    const [link = "", token = ""] = /http:\S+\/reset-password\/([\w-]{43})$/m.exec(outcome.out) ?? [];
    expect(link.startsWith(`${url}/`)).toBe(true);
    expect((await fetch(link)).status).toBe(200);
    const rows = await db("one_time_links").select("token_hash", "user_id", "purpose", "expires_at");
    expect(rows).toEqual([expect.objectContaining({ token_hash: hashToken(token), user_id: people.mia.id })]);
    const minutes = (Date.parse(rows[0].expires_at) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(25);
    expect(minutes).toBeLessThanOrEqual(30);
    const history = await db("activity").where({ action: "reset-link.printed" });
    expect(history).toEqual([
      expect.objectContaining({ actor_kind: "operator", subject_id: people.mia.id, changes: "{}" }),
    ]);
  } finally {
    await close();
  }
});

test("reset-password gives no link for an inactive user or an unknown email", async () => {
  const { db, dataDir, close } = await startRoster();
  try {
    expect(refusal(await command(dataDir, ["reset-password", "--email", "ian@example.com"]))).toMatch(
      /^--email: .*inactive/,
    );
    expect(refusal(await command(dataDir, ["reset-password", "--email", "no@example.com"]))).toMatch(
      /^--email: No user with email/,
    );
    expect(await db("one_time_links")).toEqual([]);
    expect(await db("activity").where({ action: "reset-link.printed" })).toEqual([]);
  } finally {
    await close();
  }
});

test("unlock-user lets the user try again immediately and says so, and does nothing the second time", async () => {
  const started = await startRoster();
  const { db, dataDir, people, close } = started;
  try {
    await triesFor(started, "mia@example.com", 6);
    const until = { locked_until: timestampIn(60_000), resets_at: timestampIn(60_000) };
    await db("throttles").insert({ key: `code:${people.mia.id}`, count: 5, ...until });
    const args = ["unlock-user", "--email", "MIA@example.com"];
    const name = "Mia Zoë-Núñez (mia@example.com)";
    const outcome = await command(dataDir, args);
    expect(outcome).toEqual({ code: 0, out: `Unlocked ${name}. They can try to log in again.\n`, err: "" });
    expect(await tryLogIn(started, "mia@example.com", password)).toBe(303);
    expect((await command(dataDir, args)).out).toBe(`${name} was not locked.\n`);
    expect(await db("throttles").whereNot("locked_until", "")).toEqual([]);
    const rows = await db("activity").where({ action: "account.unlocked" }).select("actor_kind", "subject_id");
    expect(rows).toEqual([{ actor_kind: "operator", subject_id: people.mia.id }]);
    expect(refusal(await command(dataDir, ["unlock-user", "--email", "no@example.com"]))).toMatch(
      /^--email: No user with email/,
    );
  } finally {
    await close();
  }
});

test("remove-second-factor removes it, writes history and sends a mail, and refuses if there is none", async () => {
  const started = await startRoster();
  const { db, dataDir, people, close } = started;
  try {
    await giveSecondFactor(started, people.mia);
    await giveSecondFactor(started, people.max);
    const outcome = await command(dataDir, ["remove-second-factor", "--email", "MIA@example.com"]);
    const out =
      "Removed the second factor of Mia Zoë-Núñez (mia@example.com). They now log in with just their password.\n";
    expect(outcome).toEqual({ code: 0, out, err: "" });
    expect(await db("second_factors").pluck("user_id")).toEqual([people.max.id]);
    const history = await db("activity").where({ action: "second-factor.removed" });
    expect(history).toEqual([
      expect.objectContaining({ actor_kind: "operator", subject_id: people.mia.id, changes: "{}" }),
    ]);
    expect((await outbox(started)).map(({ to, subject }) => [to, subject])).toEqual([
      ["mia@example.com", "The second factor of your Roster account was removed"],
    ]);
    expect(refusal(await command(dataDir, ["remove-second-factor", "--email", "mia@example.com"]))).toBe(
      "--email: Mia Zoë-Núñez (mia@example.com) has no second factor",
    );
    expect(refusal(await command(dataDir, ["remove-second-factor", "--email", "no@example.com"]))).toMatch(
      /^--email: No user with email/,
    );
  } finally {
    await close();
  }
});

test("several commands at the same moment all succeed while the server runs", async () => {
  const { db, dataDir, close } = await startRoster();
  try {
    const emails = ["max", "mia", "ada", "eve"].map((name) => `${name}@example.com`);
    const outcomes = await Promise.all(emails.map((email) => roster(dataDir, ["reset-password", "--email", email])));
    expect(outcomes.map(({ code, err }) => [code, err])).toEqual(emails.map(() => [0, ""]));
    expect(await db("one_time_links")).toHaveLength(emails.length);
  } finally {
    await close();
  }
});

test("commands that create the data file at the same moment wait for each other", async () => {
  const folder = newFolder();
  const admins = ["ann", "ben", "cy"].map((name) =>
    roster(
      folder,
      [
        "create-admin",
        "--email",
        `${name}@example.com`,
        "--first-name",
        "A",
        "--last-name",
        "B",
        "--organization",
        "Acme",
      ],
      { input: `${password}\n` },
    ),
  );
  for (const { code, err } of await Promise.all(admins)) {
    expect(err.replace("Another process is updating the data file; waiting for it\n", "")).toBe("");
    expect(code).toBe(0);
  }
  expect(await roster(folder, ["check"])).toMatchObject({ code: 0, err: "" });
});

test("every command refuses data from before the first release in one line and does not change it", async () => {
  const { db, dataDir, close } = await startRoster();
  try {
    await db("knex_migrations").where({ name: "0001-schema" }).update({ name: "0001-initial" });
    const before = await db("users").orderBy("id");
    const tooOld =
      /^The data is from before the first release\. This version of Roster cannot open it\. Use an empty folder or database\.$/;
    for (const args of [["list-users"], ["check"], ["set-plan", "--organization", "Acme", "free"]])
      expect(refusal(await command(dataDir, args))).toMatch(tooOld);
    await expect(migrate(db, dataDir)).rejects.toThrow(tooOld);
    expect(await db("users").orderBy("id")).toEqual(before);
  } finally {
    await close();
  }
});

test("each command's --help and help COMMAND explain every option and give an example that parses", async () => {
  const dataDir = newFolder();
  const rows = Object.entries(commands).map(async ([name, { schema, positional, summary, example }], index) => {
    const { code, out, err } = await command(dataDir, index % 2 === 0 ? [name, "--help"] : ["help", name]);
    expect([code, err]).toEqual([0, ""]);
    const [first = "", second] = out.split("\n");
    expect([first.split(" ").slice(0, 5), second]).toEqual([["npm", "run", "roster", "--", name], summary]);
    for (const field of Object.keys(schema.shape)) {
      const option = `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      const isFlag = schema.shape[field]?.safeParse(true).success;
      const form = `${field === positional ? "" : option}${isFlag || field === positional ? "" : " "}${isFlag ? "" : "[A-Za-z]\\S*"}`;
      expect(out).toMatch(new RegExp(`^  ${form}  +[a-z]\\S* \\S`, "m"));
    }
    expect(out).toContain(`\nExample:\n  npm run roster -- ${[name, example].join(" ").trim()}\n`);
    expect(() => readOptions(example.split(" ").filter(Boolean), schema, positional)).not.toThrow();
  });
  await Promise.all(rows);
});

test("--version prints Roster's version", async () => {
  expect(await command("unused", ["--version"])).toEqual({ code: 0, out: `Roster ${version}\n`, err: "" });
});

test("--help and help list the commands; no command, an unknown one and a wrong setting are refused", async () => {
  const dataDir = newFolder();
  const help = await command(dataDir, ["--help"]);
  expect(help).toMatchObject({ code: 0, err: "" });
  for (const name of [
    "create-admin",
    "create-user",
    "set-plan",
    "reset-password",
    "unlock-user",
    "remove-second-factor",
    "list-users",
    "export-users",
    "import-users",
    "deactivate-user",
    "activate-user",
    "end-sessions",
    "list-keys",
    "revoke-key",
    "export-activity",
    "list-mail",
    "retry-mail",
    "backup",
    "restore",
    "check",
    "doctor",
    "demo",
  ]) {
    expect(help.out).toMatch(new RegExp(`^  ${name}( .*\\S)?$`, "m"));
  }
  expect(await command(dataDir, ["help"])).toEqual(help);
  expect(await command(dataDir, [])).toEqual({ code: 1, out: "", err: help.out });
  expect(refusal(await command(dataDir, ["help", "crate-admin"]))).toMatch(/^Unknown command "crate-admin"/);
  expect(refusal(await command(dataDir, ["crate-admin"]))).toMatch(/^Unknown command "crate-admin"/);
  expect(refusal(await command(dataDir, ["demo"], { settings: { PORT: "x", SESSION_MAX: "1" } }))).toMatch(
    /^PORT: .*; SESSION_MAX: /,
  );
});
