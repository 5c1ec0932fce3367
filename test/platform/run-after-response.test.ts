import { expect, test } from "@jest/globals";
import { afterResponseSettled, maxPending, runAfterResponse } from "../../src/platform/run-after-response.ts";
import { eventually } from "../support/eventually.ts";

test("work after the response starts later, runs in order, and runs once", async () => {
  const done: number[] = [];
  for (const i of [1, 2, 3]) runAfterResponse(async () => void done.push(i));
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toEqual([]);
  await eventually(() => done.length === 3);
  runAfterResponse(async () => void done.push(4));
  await afterResponseSettled();
  await afterResponseSettled();
  expect(done).toEqual([1, 2, 3, 4]);
});

test("stopping waits for work after the response that is still running", async () => {
  const done: string[] = [];
  runAfterResponse(async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    done.push("slow");
  });
  const first = afterResponseSettled();
  runAfterResponse(async () => void done.push("next"));
  await Promise.all([first, afterResponseSettled()]);
  expect(done).toEqual(["slow", "next"]);
});

test("work after the response is refused over the limit, until some of it is done", async () => {
  let done = 0;
  const work = async () => {
    done += 1;
  };
  const taken = Array.from({ length: maxPending + 5 }, () => runAfterResponse(work)).filter(Boolean);
  expect(taken).toHaveLength(maxPending);
  await afterResponseSettled();
  expect([done, runAfterResponse(work)]).toEqual([maxPending, true]);
  await afterResponseSettled();
});
