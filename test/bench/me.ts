import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, get } from "node:http";
import { join } from "node:path";
import type { Served } from "./me-server.ts";

// npm run bench: what a key's look-up costs, and GET /api/v1/me, beside a bare Node.js server that reads the same rows
// with prepared statements. Both run as processes of their own; rounds alternate, and medians are shown.

const rounds = 3;
const milliseconds = 4_000;
const connections = 16;

async function serve(...words: string[]): Promise<{ served: Served; stop: () => void }> {
  const child = fork(join(import.meta.dirname, "me-server.ts"), words);
  const [served] = (await once(child, "message")) as [Served];
  return { served, stop: () => child.disconnect() };
}

/** Requests a second over so many connections that are kept open. */
async function load({ url, key }: Served): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const began = performance.now();
  let answered = 0;
  const ask = () =>
    new Promise<void>((resolve, reject) => {
      get(url, { agent, headers: { "X-API-Key": key } }, (res) => {
        if (res.statusCode !== 200) return reject(new Error(`${url} answered ${res.statusCode}`));
        res.resume().once("end", resolve);
      }).once("error", reject);
    });
  async function keepAsking(): Promise<void> {
    while (performance.now() - began < milliseconds) {
      await ask();
      answered += 1;
    }
  }
  await Promise.all(Array.from({ length: connections }, keepAsking));
  agent.destroy();
  return (answered * 1_000) / (performance.now() - began);
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const roster = await serve("roster");
const bare = await serve("bare", roster.served.file, roster.served.key);
const perSecond: Record<string, number[]> = { Roster: [], bare: [] };
await load(roster.served);
await load(bare.served);
for (let round = 0; round < rounds; round++) {
  perSecond.Roster?.push(await load(roster.served));
  perSecond.bare?.push(await load(bare.served));
}
for (const [name, { served }] of Object.entries({ Roster: roster, bare })) {
  const rates = perSecond[name] ?? [];
  const each = rates.map((rate) => Math.round(rate)).join(", ");
  console.log(
    `${name}: look-up ${served.lookUp.toFixed(0)} µs; GET /me ${Math.round(median(rates))} requests a second (${each})`,
  );
}
roster.stop();
bare.stop();
