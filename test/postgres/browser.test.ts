import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { newPage, openBrowser } from "../support/browser.ts";
import { addPeople, type People } from "../support/people.ts";
import { doMainJob, logIn, madePhoto } from "./main-job.ts";
import { startTogether, type Together } from "./processes.ts";
import { type Balancer, balance } from "./round-robin.ts";

const kills = 6;
let together: Together;
let balancer: Balancer;
let people: People;
let browser: Browser;

beforeAll(async () => {
  together = await startTogether(3);
  balancer = await balance(together.urls);
  people = await addPeople(together.deps);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await balancer?.close();
  await together?.close();
});

const once = ["user.created", "photo.updated", "personal-information.updated", "role.updated", "password.updated"];

test("an Admin does the main job in a browser while processes are killed, and everything that a page called saved is there", async () => {
  const { url } = balancer;
  const page = await newPage(browser, { baseURL: url });
  expect(await logIn(page, people.ada.email)).toBe("/admin/managers");
  const photo = await madePhoto();
  let killed = 0;
  const killing = (async () => {
    for (; killed < kills; killed++) {
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 500));
      await together.restart(killed);
    }
  })();
  const emails: string[] = [];
  let unknown = 0;
  try {
    while (killed < kills || emails.length === 0) {
      const email = `newcomer${emails.length}@example.com`;
      emails.push(email);
      unknown += await doMainJob({ ...{ browser, page, url, photo, email }, firstName: `Nora${emails.length}` });
    }
  } finally {
    killed = kills;
    await killing;
  }

  const { db } = together;
  for (const email of emails) {
    const user = await db("users").where({ email }).first();
    const rows: string[] = await db("activity").where({ subject_id: user.id }).pluck("action");
    const count = (action: string): number => rows.filter((row) => row === action).length;
    expect([email, ...once.map(count), count("api-key.revoked"), count("status.updated")]).toEqual([
      ...[email, 1, 1, 1, 1, 1],
      ...[1, 2],
    ]);
    expect([user.last_name, user.role, user.status]).toEqual(["O'Neill", "manager", "active"]);
    // One row more for each response that was lost.
    expect(count("api-key.generated")).toBeGreaterThan(0);
    expect(count("api-key.generated")).toBeLessThanOrEqual(1 + unknown);
  }
  expect(together.processes.map(({ run }) => [run.err(), run.out().match(/"level":[56]0.*/g)])).toEqual(
    together.processes.map(() => ["", null]),
  );
});
