import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { password } from "../support/people.ts";
import { visit } from "../support/visitor.ts";
import { change } from "./clients.ts";
import { losses } from "./ledger.ts";
import { check, kill, look, newStormState, type Outcome, prepareData, serve } from "./storm.ts";

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Mounts a disk of a few megabytes at the folder; false if this machine or user cannot. */
export function mountSmallDisk(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

export const unmount = (folder: string): void => void execFileSync("umount", [folder], { stdio: "ignore" });

/** Uses up the room on the disk. */
function fill(ballast: string): void {
  for (const size of [1_000_000, 100_000, 4_096, 1]) {
    for (let n = 0; n < 20; n++) {
      try {
        writeFileSync(`${ballast}-${size}-${n}`, Buffer.alloc(size, 1));
      } catch {
        break;
      }
    }
  }
}

/**
 * Fills the disk under a server that is being written to, this many times, and frees it again. Changes must be refused
 * with 507 while reading works, then succeed without a restart. In the end the server is killed.
 */
export async function fullDisk(
  disk: string,
  { times, clients, tell }: { times: number; clients: number; tell: (line: string) => void },
): Promise<Outcome & { refused: number }> {
  const dataDir = join(disk, "data");
  const ballast = join(disk, "ballast");
  const { people, key } = await prepareData(dataDir);
  const { server, url, port } = await serve(dataDir);
  const state = newStormState(url, key);
  const reader = visit({ url });
  if ((await reader.submit("/login", { email: people.eve.email, password })).status !== 303)
    throw new Error("no log-in");
  const found: string[] = [];
  const done = () => state.changes.filter(({ isAcknowledged }) => isAcknowledged).length;
  const work = Array.from({ length: clients }, (_, n) => change(state, `d${n}`, people.ada));
  const until = async (what: string, isSo: () => boolean): Promise<void> => {
    for (let n = 0; !isSo(); n++) {
      if (n > 600) throw new Error(`it did not happen: ${what}`);
      await pause(50);
    }
  };
  try {
    for (let n = 1; n <= times; n++) {
      const [before, refusedBefore] = [done(), state.refused];
      await until("changes are done", () => done() > before + 5);
      fill(ballast);
      await until("changes are refused", () => state.refused > refusedBefore + 5);
      for (const path of ["/admin/managers", "/admin/activity", "/readyz"]) {
        const { status } = await reader.get(path);
        if (status !== (path === "/readyz" ? 503 : 200)) found.push(`full disk: ${path} answers ${status}`);
      }
      const { status } = await visit({ url }).submit("/login", { email: people.max.email, password });
      if (status !== 507) found.push(`full disk: the log-in answers ${status}`);
      execFileSync("sh", ["-c", `rm -f ${ballast}-*`]);
      found.push(...state.surprises.splice(0));
      tell(`full disk ${n}: ${done()} changes acknowledged, ${state.refused} refused, ${found.length} lost or wrong`);
    }
    const before = done();
    await until("changes are done again", () => done() > before + 5);
  } finally {
    state.isOver = true;
    await Promise.all(work);
    await kill(server, "SIGKILL");
  }
  rmSync(`${ballast}`, { force: true });
  const again = await serve(dataDir, port);
  found.push(...(await look(dataDir, (db) => losses(db, state.changes))), ...(await check(dataDir)));
  await kill(again.server, "SIGTERM");
  const changes = done();
  return { kills: 1, changes, unanswered: state.changes.length - changes, refused: state.refused, losses: found };
}
