import { spawn } from "node:child_process";
import { expect, test } from "@jest/globals";
import bcrypt from "bcrypt";
import { root } from "../../src/platform/root.ts";
import { isInstalled } from "../support/nginx.ts";
import { password } from "../support/people.ts";
import { describeIf } from "../support/test-if.ts";
import { inside, newFolder, roster } from "./commands.ts";

// Commands as a person at a terminal sees them; `script` gives them a pseudoterminal.

/** Runs the command and types a line at each question. @returns what the screen shows in the end */
async function atTerminal(
  dataDir: string,
  args: string[],
  lines: string[] = [],
): Promise<{ code: number; screen: string }> {
  const env = { ...process.env, NODE_ENV: "test", BCRYPT_COST: "4", DATA_DIR: dataDir, BASE_URL: "" };
  const command = `exec "${process.execPath}" --disable-warning=MODULE_TYPELESS_PACKAGE_JSON src/cli.ts ${args.join(" ")}`;
  const child = spawn("script", ["-qec", command, "/dev/null"], { cwd: root, env });
  const waiting = [...lines];
  let screen = "";
  let read = 0;
  child.stdout.setEncoding("utf8").on("data", (text) => {
    screen += text;
    for (const { index } of screen.slice(read).matchAll(/: $/g)) {
      read += index + 2;
      child.stdin.write(`${waiting.shift() ?? "\x04"}\r`);
    }
  });
  const code = await new Promise<number>((resolve) => child.on("close", resolve));
  return { code, screen };
}

const ada = ["create-admin", "--email", "ada@example.com", "--first-name", "Ada", "--last-name", "Lovelace"];

// The script of macOS has other options.
const hasScript = isInstalled("script", ["--version"]);
describeIf(hasScript, "script of util-linux is not installed")("at a terminal", () => {
  test("a command asks for a password twice, does not show it, and takes it if both are the same", async () => {
    const dataDir = newFolder();
    const slip = await atTerminal(dataDir, ada, [password, `${password}.`]);
    expect([slip.code, slip.screen]).toEqual([1, expect.stringContaining("password: The entries don't match")]);
    expect(await inside(dataDir, (db) => db("users"))).toEqual([]);
    const { code, screen } = await atTerminal(dataDir, ada, [password, password]);
    expect([code, screen]).toEqual([
      0,
      expect.stringMatching(/Enter the password \(not shown\): \s+Enter the password again: /),
    ]);
    expect(screen + slip.screen).not.toContain(password);
    const hash = await inside(dataDir, (db) => db("users").first("password_hash"));
    expect(await bcrypt.compare(password, hash.password_hash)).toBe(true);
  });

  test("revoke-key asks for the whole key once", async () => {
    const dataDir = newFolder();
    await roster(dataDir, ada, { input: `${password}\n` });
    const { screen } = await atTerminal(dataDir, ["revoke-key"], ["no key"]);
    expect(screen).toContain("No such key");
    expect(screen).not.toContain("again");
  });

  test("demo and check show their progress", async () => {
    const dataDir = newFolder();
    const demo = await atTerminal(dataDir, ["demo", "--users", "3"]);
    expect([demo.code, demo.screen]).toEqual([0, expect.stringMatching(/Drawing photos.*\s+Writing 3 users/)]);
    const check = await atTerminal(dataDir, ["check"]);
    expect([check.code, check.screen]).toEqual([
      0,
      expect.stringMatching(/Checking users\b[\s\S]*Checking history[\s\S]*No problems found/),
    ]);
  });
});

test("without a terminal a command prints no progress", async () => {
  const dataDir = newFolder();
  expect(await roster(dataDir, ["demo", "--users", "1"])).toMatchObject({ code: 0, err: "" });
  expect(await roster(dataDir, ["check"])).toMatchObject({ code: 0, err: "" });
});
