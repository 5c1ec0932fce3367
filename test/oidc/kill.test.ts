import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { decodeJwt } from "jose";
import { type Database, openDatabase } from "../../src/database/database.ts";
import { command } from "../cli/in-process.ts";
import { addApplication, signIn } from "../support/applications.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { password } from "../support/people.ts";
import { addressOf, type Run, runServerAlone } from "../support/process.ts";
import type { Roster } from "../support/roster.ts";
import { visit } from "../support/visitor.ts";

// The real program, killed while a log-out message is on its way.

let folder: string;
let db: Database;
let runs: Run[];
let answers = false;
const received: string[] = [];
const application = createServer((req, res) => {
  let body = "";
  req.on("data", (part) => {
    body += part;
  });
  req.on("end", () => {
    if (!answers) return;
    received.push(new URLSearchParams(body).get("logout_token") ?? "");
    res.end();
  });
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "roster-kill-"));
  const ada = ["--email", "ada@example.com", "--first-name", "Ada", "--last-name", "Lovelace"];
  expect((await command(folder, ["create-admin", ...ada], { input: password })).code).toBe(0);
  db = await openDatabase({ dataDir: folder });
  runs = [];
  await new Promise<void>((resolve) => application.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  for (const { child } of runs) child.kill("SIGKILL");
  await Promise.all(runs.map(({ ended }) => ended));
  application.closeAllConnections();
  await new Promise((resolve) => application.close(resolve));
  await db.destroy();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<{ url: string; run: Run }> {
  const port = String(await freePort());
  const run = runServerAlone({ DATA_DIR: folder, PORT: port, BASE_URL: `http://127.0.0.1:${port}` });
  runs.push(run);
  return { url: await addressOf(run), run };
}

test("a log-out message that was on its way when the server was killed is sent by the next server", async () => {
  const { url, run } = await start();
  const on = { url, db, people: { ada: await db("users").first("id") } } as unknown as Roster;
  const { port } = application.address() as AddressInfo;
  const wiki = await addApplication(on, { backChannelAddress: `http://127.0.0.1:${port}/log-out` });
  const ada = visit(on);
  await ada.submit("/login", { email: "ada@example.com", password });
  const sid = (await signIn(ada, wiki)).claims()?.sid;
  await ada.submit("/admin/managers", {}, { action: "/logout" });
  const messages = () => db("deliveries").where({ kind: "log-out" });
  await eventually(async () => (await messages()).some((row) => row.claimed_by));
  run.child.kill("SIGKILL");
  await run.ended;
  expect(await messages()).toEqual([expect.objectContaining({ sent_at: null, tries: 0 })]);
  answers = true;
  // As if two minutes had passed.
  await db("deliveries").update({ claimed_until: new Date().toISOString() });
  await start();
  await eventually(async () => (await messages()).every((row) => row.sent_at));
  expect(received.map((token) => decodeJwt(token).sid)).toEqual([sid]);
});
