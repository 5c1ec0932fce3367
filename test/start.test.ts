import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import BetterSqlite3 from "better-sqlite3";
import { openDatabase } from "../src/database/database.ts";
import { makeDataDir } from "../src/platform/data-dir.ts";
import { lockFile } from "../src/platform/file-lock.ts";
import { eventually } from "./support/eventually.ts";
import { freePort } from "./support/free-port.ts";
import { addressOf, machineNode, machineVersion, type Run, run, runServer, runServerAlone } from "./support/process.ts";
import { testIf } from "./support/test-if.ts";
import { visit } from "./support/visitor.ts";

let folder: string;
let runs: Run[];

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "roster-start-")), "data");
  runs = [];
});
afterEach(async () => {
  for (const { child } of runs) child.kill("SIGTERM");
  await Promise.all(runs.map(({ ended }) => ended));
  rmSync(dirname(folder), { recursive: true, force: true });
});

function start(settings: Record<string, string> = {}): Run {
  const server = runServer({ DATA_DIR: folder, ...settings });
  runs.push(server);
  return server;
}
const setupLinkIn = ({ out }: Run): string | undefined => /(http:\S+)(\/setup\?token=[\w-]{43})$/m.exec(out())?.[2];
/** How a refused start ends. */
async function refusal(settings: Record<string, string>): Promise<{ code: number; lines: string[]; out: string }> {
  const server = start(settings);
  const code = await server.ended;
  return { code, lines: server.err().trimEnd().split("\n"), out: server.out() };
}

test("the first start prints the address and a setup link, at any log level", async () => {
  const server = start({ LOG_LEVEL: "silent" });
  const url = await addressOf(server);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const link = await eventually(() => setupLinkIn(server));
  expect((await visit({ url }).get(link)).status).toBe(200);
  expect(server.out().trimEnd().split("\n")).toEqual([
    `Roster listens at ${url}`,
    `There is no Admin yet. Within 30 minutes, set Roster up at ${url.replace("127.0.0.1", "localhost")}${link}`,
  ]);
  expect(server.err()).toBe("");
});

test("a start with BASE_URL prints where it listens and the public address", async () => {
  const server = start({ BASE_URL: "https://roster.example.com", HOST: "::1" });
  expect(await addressOf(server)).toMatch(/^http:\/\/\[::1\]:\d+$/);
  await eventually(() => server.out().includes("/setup?token="));
  expect(server.out().split("\n")[1]).toBe("Its public address is https://roster.example.com (BASE_URL)");
});

test("the log has one line of JSON for each request, and all files are accessible only to their owner", async () => {
  const server = start();
  const url = await addressOf(server);
  await visit({ url }).get("/login?next=private");
  const line = await eventually(() => /^\{.*\}$/m.exec(server.out())?.[0]);
  expect(JSON.parse(line)).toMatchObject({ level: 30, method: "GET", route: "/login", status: 200 });
  expect(server.out()).not.toContain("private");
  const files = readdirSync(folder).sort();
  expect(files).toEqual([
    "migration.lock",
    "roster.db",
    "roster.db-shm",
    "roster.db-wal",
    "server.lock",
    "session-secret",
  ]);
  const modes = [folder, ...files.map((name) => join(folder, name))].map((path) =>
    (statSync(path).mode & 0o777).toString(8),
  );
  expect(modes).toEqual(["700", ...files.map(() => "600")]);
});

test("each start prints a new setup link, and none once there is an Admin", async () => {
  const first = start();
  await addressOf(first);
  const old = await eventually(() => setupLinkIn(first));
  first.child.kill("SIGTERM");
  expect(await first.ended).toBe(0);

  const second = start();
  const url = await addressOf(second);
  const young = await eventually(() => setupLinkIn(second));
  const visitor = visit({ url });
  expect([(await visitor.get(old)).status, (await visitor.get(young)).status]).toEqual([404, 200]);
  const password = "copper lantern drizzle";
  const names = { organization: "Acme", firstName: "Ada", lastName: "Lace", email: "ada@example.com" };
  const answer = await visitor.submit(young, { ...names, password, confirmPassword: password });
  expect([answer.status, answer.headers.location]).toEqual([303, "/admin/managers"]);
  second.child.kill("SIGINT");
  expect(await second.ended).toBe(0);

  const third = start();
  const again = visit({ url: await addressOf(third) });
  expect((await again.submit("/login", { email: "ada@example.com", password })).status).toBe(303);
  expect(third.out()).not.toContain("setup");
  expect(third.out()).not.toContain(password);
});

/** The beginning of a request that the server has read, and now waits for the rest of. */
async function halfARequest(port: number): Promise<{ socket: Socket; answer: () => string }> {
  const socket = connect(port, "127.0.0.1");
  const answer: string[] = [];
  socket.on("data", (text) => answer.push(String(text))).on("error", () => undefined);
  const head = `POST /login HTTP/1.1\r
Host: x\r
Content-Type: application/x-www-form-urlencoded\r
Content-Length: 3\r
Expect: 100-continue\r
\r
`;
  socket.write(head);
  // Otherwise the server may not have read the head yet, and may close the connection as idle.
  await eventually(() => answer.join("").startsWith("HTTP/1.1 100"));
  socket.write("a");
  return { socket, answer: () => answer.join("") };
}
/** The server has received the signal when it accepts no new connections. */
const refusesConnections = (port: number) =>
  eventually(async () => !(await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined)));

describe("when asked to stop, the server", () => {
  test("first answers open requests, and closes idle connections", async () => {
    const server = start();
    const port = Number((await addressOf(server)).split(":").at(-1));
    // A command next to it, and a browser that keeps its connection open.
    const reader = new BetterSqlite3(join(folder, "roster.db"));
    reader.prepare("select count(*) from users").get();
    await fetch(`http://127.0.0.1:${port}/login`).then((page) => page.text());
    const { socket, answer } = await halfARequest(port);
    server.child.kill("SIGTERM");
    await refusesConnections(port);
    socket.write("=b");
    await eventually(() => answer().includes("HTTP/1.1 403"));
    expect(await server.ended).toBe(0);
    // All data is in the data file itself.
    expect(statSync(join(folder, "roster.db-wal")).size).toBe(0);
    reader.close();
  });

  test("ends immediately at a second signal", async () => {
    const server = runServerAlone({ DATA_DIR: folder });
    runs.push(server);
    const port = Number((await addressOf(server)).split(":").at(-1));
    await halfARequest(port);
    server.child.kill("SIGTERM");
    await refusesConnections(port);
    server.child.kill("SIGTERM");
    expect(await server.ended).toBe(1);
  });
});

test("while the data is being updated, the server says so, is alive, and serves when it is done", async () => {
  makeDataDir(folder);
  const release = lockFile(join(folder, "migration.lock"), { wait: 0 });
  const port = await freePort();
  const server = start({ PORT: String(port) });
  const url = `http://127.0.0.1:${port}`;
  await eventually(() => server.out().includes("Another process is updating the data file; waiting for it\n"));
  const answers = await Promise.all(
    ["/healthz", "/readyz", "/login", "/api/v1/me"].map(async (path) => {
      const answer = await fetch(url + path);
      const { headers } = answer;
      return [answer.status, headers.get("Content-Type"), headers.get("Retry-After"), await answer.text()];
    }),
  );
  expect(answers).toEqual([
    [200, "text/plain; charset=utf-8", null, "ok\n"],
    [503, "text/plain; charset=utf-8", "30", "database: it is being updated\n"],
    [503, "text/html; charset=utf-8", "30", expect.stringContaining("<h1>Roster is being updated</h1>")],
    [503, "application/problem+json; charset=utf-8", "30", expect.stringContaining("Roster is being updated")],
  ]);
  const german = await fetch(`${url}/login`, { headers: { "Accept-Language": "de" } });
  expect(german.headers.get("Content-Language")).toBe("de");
  expect(await german.text()).toContain("<h1>Roster wird gerade aktualisiert</h1>");
  expect(server.out()).not.toContain("Roster listens");
  release?.();
  await addressOf(server);
  expect((await fetch(`${url}/login`)).status).toBe(200);
  expect(await (await fetch(`${url}/readyz`)).text()).toBe("ready\n");
});

test("a data folder belongs to one server, and the next may use it however that one ended", async () => {
  const first = runServerAlone({ DATA_DIR: folder });
  runs.push(first);
  await addressOf(first);
  const { code, lines, out } = await refusal({});
  expect([code, lines, out]).toEqual([1, [`DATA_DIR: a Roster server is using ${folder}. Stop it first`], ""]);
  first.child.kill("SIGKILL");
  await first.ended;
  await addressOf(start());
});

const isTooOld = machineVersion > 0 && machineVersion < 26;

describe("a start is refused with status 1, one line for each reason, and no stack,", () => {
  test("for wrong settings, all together, before anything is created", async () => {
    const { code, lines, out } = await refusal({ PORT: "banana", SESSION_IDLE: "2", TRUST_PROXY: "banana" });
    expect([code, out]).toEqual([1, ""]);
    expect(lines.map((line) => line.split(":")[0]).sort()).toEqual(["PORT", "SESSION_IDLE", "TRUST_PROXY"]);
    expect(() => statSync(folder)).toThrow("ENOENT");
  });

  test("for a port that is in use", async () => {
    const port = (await addressOf(start())).split(":").at(-1) ?? "";
    const { code, lines, out } = await refusal({ PORT: port, DATA_DIR: join(folder, "other") });
    expect([code, out, lines.length]).toEqual([1, "", 1]);
    expect(lines[0]).toMatch(new RegExp(`^PORT, HOST: .*127\\.0\\.0\\.1:${port}`));
  });

  test("for a folder that cannot be created", async () => {
    const file = join(folder, "..", "file");
    writeFileSync(file, "");
    for (const SESSION_SECRET of ["", "s".repeat(32)]) {
      const { code, lines } = await refusal({ DATA_DIR: join(file, "data"), SESSION_SECRET });
      expect([code, lines]).toEqual([1, [expect.stringMatching(/^DATA_DIR: /)]]);
    }
  });

  test("for a data file of a newer Roster, and for a file that is not a data file", async () => {
    const server = start();
    await addressOf(server);
    server.child.kill("SIGTERM");
    await server.ended;
    const db = await openDatabase({ dataDir: folder });
    await db("knex_migrations").insert({ name: "9999-future", batch: 2, migration_time: "2026-01-01" });
    await db.destroy();
    const { code, lines, out } = await refusal({});
    expect([code, out, lines]).toEqual([
      1,
      "",
      [expect.stringMatching(/^The data file was written by a newer Roster/)],
    ]);
    writeFileSync(join(folder, "roster.db"), "no data file at all, and long enough to look like one");
    const damaged = await refusal({});
    expect([damaged.code, damaged.lines]).toEqual([
      1,
      [expect.stringContaining(`DATA_DIR: ${join(folder, "roster.db")} can't be`)],
    ]);
  });

  testIf(isTooOld, "the machine has no old Node.js")("for a Node.js that is too old", async () => {
    const direct = run(machineNode ?? "", ["src/server.ts"], { DATA_DIR: folder, PORT: "0" });
    expect(await direct.ended).toBe(1);
    const line = new RegExp(
      `^Roster needs Node\\.js 26, this is v${machineVersion}\\.[\\d.]+\\. Start it with "npm start"\\.\n$`,
    );
    expect([direct.out(), direct.err()]).toEqual(["", expect.stringMatching(line)]);
  });
});
