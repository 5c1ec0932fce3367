import { expect, test } from "@jest/globals";
import { keyOf } from "../support/api-client.ts";
import { addPeople } from "../support/people.ts";
import { change } from "../torture/clients.ts";
import { losses } from "../torture/ledger.ts";
import { newStormState } from "../torture/storm.ts";
import { startTogether } from "./processes.ts";
import { balance } from "./round-robin.ts";

test("everything acknowledged is there with its history after processes were killed and started again in turn", async () => {
  const together = await startTogether(3);
  const balancer = await balance(together.urls);
  const people = await addPeople(together.deps);
  const state = newStormState(balancer.url, await keyOf(together, people.ada));
  const work = ["a", "b", "c"].map((name) => change(state, name, people.ada));
  const failed = Promise.all(work).then(
    () => [],
    (error: unknown) => [String(error)],
  );
  const done = () => state.changes.filter(({ isAcknowledged }) => isAcknowledged).length;
  try {
    for (let n = 0; n < 6 || done() === 0; n++) {
      await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 700));
      await together.restart(n);
    }
  } finally {
    state.isOver = true;
  }
  try {
    expect([await failed, state.surprises, await losses(together.db, state.changes)]).toEqual([[], [], []]);
  } finally {
    await balancer.close();
    await together.close();
  }
});
