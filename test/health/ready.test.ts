import { renameSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";

let roster: Roster;
beforeAll(async () => {
  roster = await startRoster({ MIN_FREE_DISK: "0" });
});
afterAll(() => roster.close());

async function ask(path: string, url = roster.url) {
  const answer = await fetch(url + path);
  return [answer.status, await answer.text(), answer.headers.get("Set-Cookie")];
}

test("/readyz says ok to anyone and needs no session", async () => {
  expect(await ask("/healthz")).toEqual([200, "ok\n", null]);
  expect(await ask("/readyz")).toEqual([200, "ready\n", null]);
  const answer = await fetch(`${roster.url}/readyz`);
  expect([answer.headers.get("Content-Type"), answer.headers.get("Cache-Control")]).toEqual([
    "text/plain; charset=utf-8",
    "no-store",
  ]);
});

test("/readyz names a disk that is almost full as the reason, while /healthz still says ok", async () => {
  // More than any disk has.
  const { url, close } = await startSecondServer(roster, { MIN_FREE_DISK: "1000000" });
  try {
    expect(await ask("/readyz", url)).toEqual([503, "disk: less than 1000000 MB are free\n", null]);
    expect(await ask("/healthz", url)).toEqual([200, "ok\n", null]);
  } finally {
    await close();
  }
});

test("/readyz names a data file of another version and a missing folder as the reason", async () => {
  const { db, dataDir } = roster;
  await db("knex_migrations").insert({ name: "9999-future", batch: 9, migration_time: new Date() });
  expect((await ask("/readyz"))[1]).toBe("database: it is not responding, or is from a newer version\n");
  await db("knex_migrations").where({ name: "9999-future" }).update({ name: "0000-x" });
  await db("knex_migrations").where({ name: "0000-x" }).del();
  const last = await db("knex_migrations").orderBy("id", "desc").first();
  await db("knex_migrations").where({ id: last.id }).del();
  expect((await ask("/readyz"))[1]).toBe("database: it is from an older version and has not been updated\n");
  await db("knex_migrations").insert(last);
  expect((await ask("/readyz"))[0]).toBe(200);

  renameSync(dataDir, `${dataDir}-away`);
  expect(await ask("/readyz")).toEqual([503, "disk: the data folder is gone\n", null]);
  renameSync(`${dataDir}-away`, dataDir);
  expect(roster.log()).toContain('"msg":"not ready"');
});
