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
import { settle } from "../support/people.ts";
import { makeDatabase } from "../support/postgres.ts";
import { change, type Field } from "./clients.ts";
import { losses } from "./ledger.ts";
import { check, newField, type Outcome } from "./storm.ts";

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
        const people = await settle(together.deps);
        const field = newField(url, await keyOf(together, people.ada));
        const work = Array.from({ length: run.clients }, (_, n) => change(field, `c${n}`, people.ada));
        const failed = Promise.all(work).catch((error: unknown) => found.push(`a client failed: ${error}`));
        try {
          await killInTurn(together, field, { ...run, found });
          await replaceInTurn(together, field, { ...run, found });
        } finally {
          field.isOver = true;
          await failed;
        }
        found.push(...field.surprises, ...(await losses(together.db, field.changes)));
        found.push(...(await answersWithoutDatabase(field, proxy)));
        const changes = done(field);
        const unanswered = field.changes.length - changes;
        outcome = { kills: run.kills, changes, unanswered, losses: [...new Set(found)] };
      });
    } finally {
      await together.close();
    }
  });
  if (!outcome) throw new Error("the storm did not end");
  return outcome;
}

const done = ({ changes }: Field): number => changes.filter(({ isAcknowledged }) => isAcknowledged).length;

type Finding = Run & { found: string[] };

async function killInTurn(together: Together, field: Field, { kills, tell, found }: Finding): Promise<void> {
  const settings = { ...quick, DATABASE_URL: together.databaseUrl };
  for (let n = 1; n <= kills; n++) {
    await pause(200 + Math.random() * 2_000);
    await together.restart(n);
    found.push(...(await losses(together.db, field.changes)), ...(await check(together.dataDir, settings)));
    found.push(...field.surprises.splice(0));
    tell(`kill ${n}: ${done(field)} changes acknowledged, ${field.gone} answers missed, ${found.length} lost or wrong`);
  }
}

/** As in an update, one after the other: SIGTERM, then a new process at the same place. */
async function replaceInTurn(together: Together, field: Field, { tell, found }: Finding): Promise<void> {
  const [goneBefore, doneBefore] = [field.gone, done(field)];
  for (let n = 0; n < processes; n++) {
    // A little longer than nginx skips a server that did not answer.
    await pause(1_500);
    await together.restart(n, "SIGTERM");
  }
  const gone = field.gone - goneBefore;
  if (gone > 0) found.push(`${gone} answers missed while processes were replaced in turn`);
  tell(`replaced all: ${done(field) - doneBefore} changes acknowledged, ${gone} answers missed`);
}

/** nginx must pass Roster's own answer on, and ask the processes again as soon as the database is back. */
async function answersWithoutDatabase({ url, key }: Field, proxy: TcpProxy): Promise<string[]> {
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
