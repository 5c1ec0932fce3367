import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import sharp from "sharp";
import { root } from "../src/platform/root.ts";
import { eventually } from "./support/eventually.ts";
import { askMe, generateKey, withKey } from "./support/keys.ts";
import { password } from "./support/people.ts";
import { makeDatabase } from "./support/postgres.ts";
import { addressOf, type Run, run } from "./support/process.ts";
import { type Visitor, visit } from "./support/visitor.ts";

// The main job with the output of `npm run package`: alone in an empty folder, with an empty PATH.

let folder: string;
const runs: Run[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "roster-package-"));
  await promisify(execFile)(process.execPath, ["packaging/build.ts", join(folder, "roster")], { cwd: root });
});
afterAll(async () => {
  for (const { child } of runs) child.kill("SIGKILL");
  await Promise.all(runs.map(({ ended }) => ended));
  rmSync(folder, { recursive: true });
});

function roster(words: string[], settings: Record<string, string> = {}, input = ""): Run {
  const started = run(join(folder, "roster"), words, { PATH: "", ...settings }, { cwd: folder, input });
  runs.push(started);
  return started;
}

/** What a command prints, after its exit code. */
async function said(words: string[], input = ""): Promise<string> {
  const { ended, out, err } = roster(words, {}, input);
  return `${await ended} ${out()}${err()}`;
}

const weak = "qwertyuiopasdfghjkl";
const ada = { email: "ada@example.com", firstName: "Ada", lastName: "Lovelace" };
const createAda = ["create-admin", "--email", ada.email, "--first-name", "Ada", "--last-name", "Lovelace"];

async function logIn(url: string, email: string): Promise<Visitor> {
  const visitor = visit({ url });
  expect((await visitor.submit("/login", { email, password })).status).toBe(303);
  return visitor;
}

test("the executable writes nothing when it prints help or refuses settings", async () => {
  expect(await said(["--help"])).toMatch(/^0 Usage: .\/roster COMMAND\n/);
  expect(await said(["backup", "--help"])).toMatch(/^0 .\/roster backup FILE\n/);
  const wrong = roster([], { PORT: "banana" });
  expect([await wrong.ended, wrong.err()]).toEqual([1, expect.stringMatching(/^PORT: .*\n$/)]);
  expect(readdirSync(folder)).toEqual(["roster"]);
});

test("the executable runs commands and recognizes weak passwords", async () => {
  expect(await said([...createAda, "--organization", "Acme"], `${weak}\n`)).toMatch(/^1 /);
  expect(await said([...createAda, "--organization", "Acme"], `${password}\n`)).toMatch(/^0 /);
  expect(await said(["set-plan", "--organization", "Acme", "pro"])).toMatch(/^0 /);
  expect(await said(["no-such-command"])).toMatch(/^1 Unknown command/);
});

test("the executable does the main job, makes backups, stops and starts again", async () => {
  mkdirSync(join(folder, "data/.runtime/of-another-version"));
  // Its settings are next to it, and NODE_OPTIONS are meant for other programs.
  writeFileSync(join(folder, ".env"), "PORT=0\nBACKUP_DIR=copies\n");
  const server = roster([], { NODE_OPTIONS: "--no-such-option" });
  const url = await addressOf(server);
  await eventually(() => readdirSync(join(folder, "data/.runtime")).length === 1);

  const admin = await logIn(url, ada.email);
  const mia = { firstName: "Mia", lastName: "Member", email: "mia@example.com", role: "member" };
  const created = await admin.submit("/admin/managers/new", {
    ...mia,
    password,
    confirmPassword: password,
    mustChange: [],
  });
  const profile = String(created.headers.location);
  expect(profile).toMatch(/^\/admin\/managers\/\d+$/);
  const id = Number(profile.split("/").at(-1));
  expect((await admin.get("/admin/managers?search=miá")).text).toContain("Mia Member");

  const photo = await sharp({ create: { width: 300, height: 200, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
  const token = await admin.token(profile);
  const sent = admin.agent.post(`${profile}/photo`).field("_csrf", token).attach("photo", photo, "mia.png");
  expect((await sent).status).toBe(303);
  const image = /<img[^>]* src="([^"]+)"/.exec((await admin.get(profile)).text)?.[1] ?? "";
  expect((await admin.get(image)).headers["content-type"]).toBe("image/webp");

  expect((await admin.submit(`${profile}/role`, { role: "manager" })).status).toBe(303);
  expect((await admin.submit(`${profile}/password`, { password: weak, confirmPassword: weak })).status).toBe(422);
  const key = await generateKey(admin, { id });
  expect((await askMe({ url }, withKey(key))).body).toMatchObject({ email: mia.email, role: "manager" });
  expect((await admin.submit(`${profile}/status`, {})).status).toBe(303);

  await eventually(() => readdirSync(folder).includes("copies") && server.out().includes("backed up"));
  expect(readdirSync(join(folder, "copies"))).toEqual([expect.stringMatching(/^roster-\d+T\d+Z\.db$/)]);
  expect(await said(["backup", join(folder, "copy.db")])).toMatch(/^0 /);
  expect(await said(["check"])).toMatch(/^0 No problems found: 1 organization, 2 users/);
  server.child.kill("SIGTERM");
  expect([await server.ended, server.err()]).toEqual([0, ""]);

  expect(await said(["restore", join(folder, "copy.db")])).toMatch(/^0 /);
  const unpacked = (): number =>
    statSync(join(folder, "data/.runtime", readdirSync(join(folder, "data/.runtime"))[0] ?? "")).ctimeMs;
  const before = unpacked();
  const again = await logIn(await addressOf(roster([])), ada.email);
  expect((await again.get(profile)).text).toContain("Mia Member");
  expect(unpacked()).toBe(before);
});

test("the executable can keep its data in PostgreSQL", async () => {
  const { databaseUrl, drop } = await makeDatabase({ isBare: true });
  // The folder's own .env asks for automatic backups, which exist only for a data file.
  const data = { DATABASE_URL: databaseUrl, DATA_DIR: "with-postgres", BACKUP_DIR: "" };
  const settings = { ...data, SESSION_SECRET: "s".repeat(32) };
  try {
    const server = roster([], { ...settings, PORT: "0" });
    const url = await addressOf(server);
    expect(await roster([...createAda, "--organization", "Acme"], settings, `${password}\n`).ended).toBe(0);
    await logIn(url, ada.email);
    expect(readdirSync(join(folder, "with-postgres"))).not.toContain("roster.db");
    server.child.kill("SIGTERM");
    expect(await server.ended).toBe(0);
  } finally {
    await drop();
  }
});
