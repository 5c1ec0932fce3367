import { expect, test } from "@jest/globals";
import { later, laterSettled, waitingAtMost } from "../../src/platform/later.ts";
import { eventually } from "../support/eventually.ts";

test("what is left for later is not done at once, then all of it in its order, and nothing twice", async () => {
  const done: number[] = [];
  for (const i of [1, 2, 3]) later(async () => void done.push(i));
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toEqual([]);
  await eventually(() => done.length === 3);
  later(async () => void done.push(4));
  await laterSettled();
  await laterSettled();
  expect(done).toEqual([1, 2, 3, 4]);
});

test("the end of the process waits for what is under way", async () => {
  const done: string[] = [];
  later(async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    done.push("slow");
  });
  const first = laterSettled();
  later(async () => void done.push("next"));
  await Promise.all([first, laterSettled()]);
  expect(done).toEqual(["slow", "next"]);
});

test("beyond the bound nothing is taken, until some of it is done", async () => {
  let done = 0;
  const work = async () => {
    done += 1;
  };
  const taken = Array.from({ length: waitingAtMost + 5 }, () => later(work)).filter(Boolean);
  expect(taken).toHaveLength(waitingAtMost);
  await laterSettled();
  expect([done, later(work)]).toEqual([waitingAtMost, true]);
  await laterSettled();
});
