import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../src/platform/root.ts";
import { isInstalled } from "../support/nginx.ts";
import { startPostgres, stopPostgres } from "../support/postgres.ts";
import { stormBehindNginx } from "./behind-nginx.ts";
import { fullDisk, mountSmallDisk, unmount } from "./full-disk.ts";
import { type Outcome, storm } from "./storm.ts";

// npm run torture -- [--kills 50] [--clients 6] [--full-disks 5] [--database postgres]: what takes too long for `npm
// test`, or needs more than `npm ci` installs. With PostgreSQL it kills three processes behind nginx. Exits with 1 if
// anything was lost.

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    clients: { type: "string", default: "6" },
    "full-disks": { type: "string", default: "5" },
    database: { type: "string", default: "sqlite" },
  },
});
const much = {
  kills: Number(values.kills),
  clients: Number(values.clients),
  tell: (line: string) => console.log(line),
};

function summary({ kills, changes, unanswered }: Outcome): string {
  return `${kills} kills, ${changes} changes acknowledged, ${unanswered} with an unknown outcome`;
}

/** @returns what was lost */
async function onPostgres(): Promise<string[]> {
  // With its default settings, fsync included.
  Object.assign(process.env, await startPostgres([]));
  try {
    const outcome = await stormBehindNginx(much);
    console.log(summary(outcome));
    return outcome.losses;
  } finally {
    await stopPostgres();
  }
}

/** @returns what was lost */
async function onSqlite(folder: string): Promise<string[]> {
  const killed = await storm(join(folder, "storm"), much);
  const lost = [...killed.losses];
  const disk = join(folder, "disk");
  let full = "no full disk, because no small one could be mounted";
  if (mountSmallDisk(disk)) {
    try {
      const times = Number(values["full-disks"]);
      const filled = await fullDisk(disk, { ...much, times });
      lost.push(...filled.losses);
      full = `${times} full disks, ${filled.changes} changes acknowledged and ${filled.refused} refused`;
    } finally {
      unmount(disk);
    }
  }
  const recipes = spawnSync("npm", ["test", "--", "deploy/nginx.test.ts"], { cwd: root, encoding: "utf8" });
  if (recipes.status !== 0) lost.push(`an nginx recipe fails: ${recipes.stdout}${recipes.stderr}`);
  const isTried = !/ skipped\n/.test(recipes.stdout);
  console.log(`${summary(killed)}\n${full}`);
  console.log(isTried ? "the nginx recipes work" : "nginx is not installed: its recipes were not all tried");
  return lost;
}

async function torture(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "roster-torture-"));
  try {
    const lost = await (values.database === "postgres" ? onPostgres() : onSqlite(folder));
    for (const line of lost) console.error(line);
    console.log(`${lost.length} lost or wrong`);
    if (lost.length > 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function refuse(why: string): void {
  console.error(why);
  process.exitCode = 1;
}

if (values.database !== "sqlite" && values.database !== "postgres") refuse("--database: one of sqlite, postgres");
else if (values.database === "postgres" && !isInstalled("nginx"))
  refuse("nginx is not installed, and nothing was tried without it: apt-get install nginx");
else await torture().catch((error: unknown) => refuse(Error.isError(error) ? error.message : String(error)));
