import { join } from "node:path";
import pino from "pino";
import { buildDeps } from "../../src/build-deps.ts";
import { inSnapshot } from "../../src/cli/move-queries.ts";
import { readConfig } from "../../src/config.ts";
import { closeDatabase, type Database, openDatabase } from "../../src/database/database.ts";
import { migrate } from "../../src/database/migrate.ts";
import { keyOf } from "../support/api-client.ts";
import { addPeople, addUsers, giveResetLink, type People } from "../support/people.ts";
import { addressOf, type Run, run, runServerAlone } from "../support/process.ts";
import { change, type StormState } from "./clients.ts";
import { losses } from "./ledger.ts";

/** The data before the storm: the people of people.ts, and Ada's key. */
type PreparedData = { people: People; key: string };

const quick = { NODE_ENV: "test", BCRYPT_COST: "4", API_RATE_LIMIT: "1000000", LOG_LEVEL: "error" };
const settingsOf = (dataDir: string): Record<string, string> => ({ ...quick, DATA_DIR: dataDir });

export async function prepareData(dataDir: string): Promise<PreparedData> {
  const config = readConfig(settingsOf(dataDir));
  const db = await openDatabase(config);
  await migrate(db, config.dataDir);
  const deps = buildDeps({ config, db, logger: pino({ level: "silent" }), ownUrl: "http://localhost" });
  const people = await addPeople(deps);
  const key = await keyOf({ deps, db }, people.ada);
  const names = Array.from({ length: 60 }, (_, n) => ({ email: `leaver${n}@example.com`, firstName: "Lea" }));
  for (const leaver of await addUsers(
    deps,
    names.map((name) => ({ ...name, lastName: "Leaver" })),
  ))
    await giveResetLink(deps, leaver, 24 * 60);
  await closeDatabase(db);
  return { people, key };
}

/** Starts the real server, each time at the same port, where its clients expect it. */
export async function serve(dataDir: string, port = "0"): Promise<{ server: Run; url: string; port: string }> {
  const server = runServerAlone({ ...settingsOf(dataDir), PORT: port });
  const url = await addressOf(server);
  return { server, url, port: new URL(url).port };
}

export async function kill({ child, ended }: Run, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  child.kill(signal);
  await ended;
}

/** Reads the data file while the server runs. */
export async function look<T>(dataDir: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase({ dataDir });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

/** What `npm run roster -- check` finds, a line each. */
export async function check(dataDir: string, settings: Record<string, string> = {}): Promise<string[]> {
  const flags = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", join("src", "cli.ts"), "check"];
  const { ended, err } = run(process.execPath, flags, { ...settingsOf(dataDir), ...settings });
  return (await ended) === 0 ? [] : (err().trim() || "check failed").split("\n");
}

const leavers = (db: Database) => db("users").where({ last_name: "Leaver" });

/** Lets the last day of some be over: the server deactivates them when it starts, perhaps as it is killed again. */
async function passEndDates(db: Database): Promise<void> {
  const over = { deactivate_on: "2026-01-01", deactivate_at: "2026-01-02T00:00:00.000Z" };
  await db("users")
    .whereIn("id", leavers(db).where({ status: "active" }).orderBy("id").limit(5).select("id"))
    .update(over);
}

/** Who was deactivated without a row of history or with a link left, or the other way around; a line each. */
async function halfDeactivated(db: Database): Promise<string[]> {
  const users = await leavers(db).select("id", "email", "status");
  const rows: number[] = await db("activity").where({ action: "status.updated" }).pluck("subject_id");
  const links: number[] = await db("one_time_links").pluck("user_id");
  return users
    .filter(({ id, status }) => {
      const changes = rows.filter((subject) => subject === id).length;
      return status === "active" ? changes > 0 || !links.includes(id) : changes !== 1 || links.includes(id);
    })
    .map(({ email, status }) => `${email} is ${status}, and history or the links say something else`);
}

export const newStormState = (url: string, key: string): StormState => ({
  ...{ url, key, changes: [], surprises: [], refused: 0, gone: 0, isOver: false },
});

export type Outcome = { kills: number; changes: number; unanswered: number; losses: string[] };

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/**
 * Sends a storm of changes to the real server over HTTP, kills it (-9) at random moments and starts it again. Each time
 * everything acknowledged must be there with its row of history, and `check` must find no problem.
 */
export async function storm(
  dataDir: string,
  { kills, clients, tell }: { kills: number; clients: number; tell: (line: string) => void },
): Promise<Outcome> {
  const { people, key } = await prepareData(dataDir);
  let { server, url, port } = await serve(dataDir);
  const state = newStormState(url, key);
  const found: string[] = [];
  const work = Array.from({ length: clients }, (_, n) => change(state, `c${n}`, people.ada));
  const failed = Promise.all(work).then(
    () => undefined,
    (error: unknown) => found.push(`a client failed: ${error}`),
  );
  const acknowledged = (): number => state.changes.filter(({ isAcknowledged }) => isAcknowledged).length;
  try {
    for (let n = 1; n <= kills; n++) {
      const before = acknowledged();
      await pause(200 + Math.random() * 2_000);
      while (acknowledged() === before && found.length === 0) await pause(50);
      await look(dataDir, passEndDates);
      await kill(server, "SIGKILL");
      ({ server } = await serve(dataDir, port));
      const now = [
        ...(await look(dataDir, (db) => losses(db, state.changes))),
        ...(await look(dataDir, (db) => inSnapshot(db, halfDeactivated))),
        ...(await check(dataDir)),
      ];
      found.push(...now, ...state.surprises.splice(0));
      tell(`kill ${n}: ${acknowledged()} changes acknowledged, ${found.length} lost or wrong`);
    }
  } finally {
    state.isOver = true;
    await failed;
    await kill(server, "SIGTERM");
  }
  found.push(...(await look(dataDir, (db) => losses(db, state.changes))), ...state.surprises);
  const changes = acknowledged();
  return { kills, changes, unanswered: state.changes.length - changes, losses: [...new Set(found)] };
}
