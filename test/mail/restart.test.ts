import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type Database, openDatabase } from "../../src/database/database.ts";
import { migrate } from "../../src/database/migrate.ts";
import { command } from "../cli/in-process.ts";
import { eventually } from "../support/eventually.ts";
import { type MailServer, withMailServer } from "../support/mail-server.ts";
import { password } from "../support/people.ts";
import { addressOf, type Run, runServerAlone } from "../support/process.ts";
import { visit } from "../support/visitor.ts";

// The real program in processes that are killed and started again.

let folder: string;
let db: Database;
let runs: Run[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "roster-mail-"));
  const ada = ["--email", "ada@example.com", "--first-name", "Ada", "--last-name", "Lovelace"];
  expect((await command(folder, ["create-admin", ...ada], { input: password })).code).toBe(0);
  db = await openDatabase({ dataDir: folder });
  await migrate(db, folder);
  runs = [];
});
afterEach(async () => {
  for (const { child } of runs) child.kill("SIGKILL");
  await Promise.all(runs.map(({ ended }) => ended));
  await db.destroy();
  rmSync(folder, { recursive: true, force: true });
});

/** A server on the folder, with functions to ask it for a reset link and to kill it. */
async function start({ url: SMTP_URL }: Pick<MailServer, "url">) {
  const server = runServerAlone({ DATA_DIR: folder, SMTP_URL });
  runs.push(server);
  const url = await addressOf(server);
  const end = (signal: NodeJS.Signals) => async (): Promise<number> => {
    server.child.kill(signal);
    return server.ended;
  };
  return {
    out: server.out,
    ask: () => visit({ url }).submit("/forgot-password", { email: "ada@example.com" }),
    kill: end("SIGKILL"),
    stop: end("SIGTERM"),
  };
}
const mails = () => db("deliveries").orderBy("id");
const sent = (count: number) => eventually(async () => (await mails()).filter((row) => row.sent_at).length === count);
const idsOf = ({ received }: MailServer) => received.map(({ mail }) => mail.messageId);

test("a mail that was accepted is not sent again after the server was killed or stopped", async () => {
  await withMailServer(async (server) => {
    const first = await start(server);
    await first.ask();
    await sent(1);
    await first.kill();
    const second = await start(server);
    await second.ask();
    await sent(2);
    expect(await second.stop()).toBe(0);
    const third = await start(server);
    await third.ask();
    await sent(3);
    expect(server.received).toHaveLength(3);
    expect(new Set(idsOf(server)).size).toBe(3);
  });
});

test("a mail that was being sent when the server was killed is sent by the next server once its claim has expired", async () => {
  await withMailServer(async (server) => {
    server.behave("hangs");
    const first = await start(server);
    await first.ask();
    await eventually(async () => (await mails()).some((row) => row.claimed_by));
    await first.kill();
    const [row] = await mails();
    expect(row).toMatchObject({ sent_at: null, tries: 0 });
    server.behave("takes");
    const second = await start(server);
    await second.ask();
    await sent(1);
    expect(idsOf(server)).not.toContain(`<${row.uid}@localhost>`);
    // As if two minutes had passed.
    await db("deliveries").where({ id: row.id }).update({ claimed_until: new Date().toISOString() });
    await sent(2);
    expect(idsOf(server).filter((id) => id === `<${row.uid}@localhost>`)).toHaveLength(1);
    expect(server.received).toHaveLength(2);
  });
});

test("the running server sends mails of an earlier server and of commands, and logs a failure in one line", async () => {
  await withMailServer(async (server) => {
    await server.goAway();
    const first = await start(server);
    await first.ask();
    await eventually(() => first.out().includes("a mail could not be sent yet"));
    expect(await first.stop()).toBe(0);
    expect(first.out()).not.toContain("ada@example.com");
    await server.comeBack();
    await start(server);
    const listed = await command(folder, ["list-mail", "--json"]);
    const [{ id }] = JSON.parse(listed.out).data;
    expect((await command(folder, ["retry-mail", String(id)])).code).toBe(0);
    await sent(1);
    expect(server.received).toHaveLength(1);
  });
});
