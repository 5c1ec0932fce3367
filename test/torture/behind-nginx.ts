import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../src/platform/root.ts";
import { quick, startTogether, type Together } from "../postgres/processes.ts";
import { type TcpProxy, withTcpProxy } from "../postgres/tcp-proxy.ts";
import { keyOf } from "../support/api-client.ts";
import { makeAuthority } from "../support/certificate.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { startNginx } from "../support/nginx.ts";
import { addPeople } from "../support/people.ts";
import { makeDatabase } from "../support/postgres.ts";
import { change, type StormState } from "./clients.ts";
import { losses } from "./ledger.ts";
import { check, newStormState, type Outcome } from "./storm.ts";

type Run = { kills: number; clients: number; tell: (line: string) => void };
const processes = 3;
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/**
 * The example of docs/scale.md with this machine's addresses. @throws Error if it no longer contains what they replace
 */
function exampleFor(urls: readonly string[], ports: { secure: number; plain: number }, folder: string): string {
  const [, example = ""] = /```nginx\n([\s\S]*?)```/.exec(readFileSync(join(root, "docs/scale.md"), "utf8")) ?? [];
  const servers = urls.map((url) => `server ${new URL(url).host}$1;`).join("\n");
  const here: [RegExp, string][] = [
    [/server 10\.0\.0\.11:3000(.*);\n.*server 10\.0\.0\.12:3000.*;/, servers],
    [/listen 443 ssl;/, `listen 127.0.0.1:${ports.secure} ssl; listen 127.0.0.1:${ports.plain};`],
    [/\/etc\S+fullchain.pem/, join(folder, "certificate.pem")],
    [/\/etc\S+privkey.pem/, join(folder, "key.pem")],
  ];
  return here.reduce((text, [from, to]) => {
    if (!from.test(text)) throw new Error(`docs/scale.md: the nginx example lacks ${from}`);
    return text.replace(from, to);
  }, example);
}

async function withNginx(urls: readonly string[], work: (url: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "roster-nginx-example-"));
  try {
    const { certificate, key } = makeAuthority("The torture's authority").issue("roster.example.com");
    writeFileSync(join(folder, "certificate.pem"), certificate);
    writeFileSync(join(folder, "key.pem"), key);
    const ports = { secure: await freePort(), plain: await freePort() };
    const stop = await startNginx(exampleFor(urls, ports, folder), ports.plain);
    await work(`http://127.0.0.1:${ports.plain}`).finally(stop);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * A storm of changes against three processes on PostgreSQL behind nginx, as in docs/scale.md. One process after another
 * is killed (-9) and started again, then each is replaced as in an update, unnoticed, then the database goes away and
 * comes back. Every acknowledged change must be there with its row of history.
 */
export async function stormBehindNginx(run: Run): Promise<Outcome> {
  const given = await makeDatabase();
  const found: string[] = [];
  let outcome: Outcome | undefined;
  await withTcpProxy(given.databaseUrl, async (proxy) => {
    const settings = { DATABASE_URL: proxy.url, TRUST_PROXY: "loopback" };
    const together = await startTogether(processes, { settings, given });
    try {
      await withNginx(together.urls, async (url) => {
        const people = await addPeople(together.deps);
        const state = newStormState(url, await keyOf(together, people.ada));
        const work = Array.from({ length: run.clients }, (_, n) => change(state, `c${n}`, people.ada));
        const failed = Promise.all(work).catch((error: unknown) => found.push(`a client failed: ${error}`));
        try {
          await killInTurn(together, state, { ...run, found });
          await replaceInTurn(together, state, { ...run, found });
        } finally {
          state.isOver = true;
          await failed;
        }
        found.push(...state.surprises, ...(await losses(together.db, state.changes)));
        found.push(...(await answersWithoutDatabase(state, proxy)));
        const changes = done(state);
        const unanswered = state.changes.length - changes;
        outcome = { kills: run.kills, changes, unanswered, losses: [...new Set(found)] };
      });
    } finally {
      await together.close();
    }
  });
  if (!outcome) throw new Error("the storm did not end");
  return outcome;
}

const done = ({ changes }: StormState): number => changes.filter(({ isAcknowledged }) => isAcknowledged).length;

type Finding = Run & { found: string[] };

async function killInTurn(together: Together, state: StormState, { kills, tell, found }: Finding): Promise<void> {
  const settings = { ...quick, DATABASE_URL: together.databaseUrl };
  for (let n = 1; n <= kills; n++) {
    await pause(200 + Math.random() * 2_000);
    await together.restart(n);
    found.push(...(await losses(together.db, state.changes)), ...(await check(together.dataDir, settings)));
    found.push(...state.surprises.splice(0));
    tell(`kill ${n}: ${done(state)} changes acknowledged, ${state.gone} answers missed, ${found.length} lost or wrong`);
  }
}

/** As in an update, one after the other: SIGTERM, then a new process at the same place. */
async function replaceInTurn(together: Together, state: StormState, { tell, found }: Finding): Promise<void> {
  const [goneBefore, doneBefore] = [state.gone, done(state)];
  for (let n = 0; n < processes; n++) {
    // A little longer than nginx skips a server that did not answer.
    await pause(1_500);
    await together.restart(n, "SIGTERM");
  }
  const gone = state.gone - goneBefore;
  if (gone > 0) found.push(`${gone} answers missed while processes were replaced in turn`);
  tell(`replaced all: ${done(state) - doneBefore} changes acknowledged, ${gone} answers missed`);
}

/** nginx must pass Roster's own answer on, and ask the processes again as soon as the database is back. */
async function answersWithoutDatabase({ url, key }: StormState, proxy: TcpProxy): Promise<string[]> {
  const ask = async (): Promise<string> => {
    const { status, headers } = await fetch(`${url}/api/v1/me`, { headers: { "X-API-Key": key } });
    return `${status}, Retry-After ${headers.get("Retry-After")}`;
  };
  await proxy.breakOff();
  const answers: string[] = [];
  for (let n = 0; n < 4 * processes; n++) answers.push(await ask());
  await proxy.comeBack();
  await eventually(async () => (await ask()).startsWith("200"));
  const wrong = [...new Set(answers)].filter((answer) => answer !== "503, Retry-After 5");
  return wrong.map((answer) => `without a database: ${answer}`);
}
