import { expect, test } from "@jest/globals";
import { keyOf } from "../support/api-client.ts";
import { settle } from "../support/people.ts";
import { change } from "../torture/clients.ts";
import { losses } from "../torture/ledger.ts";
import { newField } from "../torture/storm.ts";
import { startTogether } from "./processes.ts";
import { balance } from "./round-robin.ts";

test("everything acknowledged is there with its history after processes were killed and started again in turn", async () => {
  const together = await startTogether(3);
  const balancer = await balance(together.urls);
  const people = await settle(together.deps);
  const field = newField(balancer.url, await keyOf(together, people.ada));
  const work = ["a", "b", "c"].map((name) => change(field, name, people.ada));
  const failed = Promise.all(work).then(
    () => [],
    (error: unknown) => [String(error)],
  );
  const done = () => field.changes.filter(({ isAcknowledged }) => isAcknowledged).length;
  try {
    for (let n = 0; n < 6; n++) {
      await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 700));
      await together.restart(n);
    }
  } finally {
    field.isOver = true;
  }
  try {
    expect([await failed, field.surprises, await losses(together.db, field.changes)]).toEqual([[], [], []]);
    expect(done()).toBeGreaterThan(0);
  } finally {
    await balancer.close();
    await together.close();
  }
});
