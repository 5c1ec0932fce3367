import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../src/root.ts";
import { fullDisk, mountSmallDisk, unmount } from "./full-disk.ts";
import { storm } from "./storm.ts";

// npm run torture -- [--kills 50] [--clients 6] [--full-disks 5]: what takes too long, or needs more than `npm ci`
// brings, for `npm test`. Exits 1 where anything was lost.

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    clients: { type: "string", default: "6" },
    "full-disks": { type: "string", default: "5" },
  },
});
const clients = Number(values.clients);
const tell = (line: string): void => console.log(line);
const folder = mkdtempSync(join(tmpdir(), "roster-torture-"));
const lost: string[] = [];

try {
  const killed = await storm(join(folder, "storm"), { kills: Number(values.kills), clients, tell });
  lost.push(...killed.losses);

  const disk = join(folder, "disk");
  let full = "no small disk could be mounted here, so that none was filled";
  if (mountSmallDisk(disk)) {
    try {
      const times = Number(values["full-disks"]);
      const filled = await fullDisk(disk, { times, clients, tell });
      lost.push(...filled.losses);
      full = `${times} full disks, ${filled.changes} changes acknowledged and ${filled.refused} refused`;
    } finally {
      unmount(disk);
    }
  }

  const recipes = spawnSync("npm", ["test", "--", "nginx.test.ts"], { cwd: root, encoding: "utf8" });
  if (recipes.status !== 0) lost.push(`an nginx recipe fails: ${recipes.stdout}${recipes.stderr}`);
  const isTried = !recipes.stdout.includes("is not installed");

  for (const line of lost) console.error(line);
  console.log(
    `${killed.kills} kills, ${killed.changes} changes acknowledged, ${killed.unanswered} that the kill left open`,
  );
  console.log(full);
  console.log(isTried ? "the nginx recipes work" : "nginx is not installed: its recipes were not all tried");
  console.log(`${lost.length} lost or wrong`);
  if (lost.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
