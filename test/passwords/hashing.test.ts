import { readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import bcrypt from "bcrypt";
import { createPasswordHashing } from "../../src/passwords/hashing.ts";
import { Busy, RequestAborted } from "../../src/roles/errors.ts";
import { testIf } from "../support/test-if.ts";

const hashing = createPasswordHashing(4);

test("a hash is bcrypt's at the given cost, different each time, and matches only its password", async () => {
  const [one, two] = await Promise.all([hashing.hash("violet otter"), hashing.hash("violet otter")]);
  expect([bcrypt.getRounds(one), one === two]).toEqual([4, false]);
  expect(await hashing.verify("violet otter", two)).toBe(true);
  for (const other of ["violet otte", "violet otter ", "Violet otter", ""])
    expect(await hashing.verify(other, one)).toBe(false);
});

describe("checking a password fails for", () => {
  test.each([
    ["more than 72 bytes", "x".repeat(72), `${"x".repeat(72)}y`],
    ["more than 72 bytes of UTF-8", "é".repeat(36), "é".repeat(37)],
    ["NUL", "violet", "violet\0otter"],
    ["ill-formed text", "violet\ufffd", "violet\ud800"],
  ])("%s", async (_, stored, typed) => {
    const hash = await bcrypt.hash(stored, 4);
    expect(await hashing.verify(stored, hash)).toBe(true);
    expect(await hashing.verify(typed, hash)).toBe(false);
  });

  test("a missing hash", async () => {
    for (const typed of ["", "violet otter"]) expect(await hashing.verify(typed, undefined)).toBe(false);
  });
});

testIf(process.platform === "linux", "only Linux shows the priority of a thread")(
  "the threads that hash have a lower priority than the one that answers requests",
  async () => {
    const before = getPriority();
    await hashing.hash("violet otter");
    const threads = readdirSync("/proc/self/task").map((id) => ({
      name: readFileSync(`/proc/self/task/${id}/comm`, "utf8").trim(),
      priority: getPriority(Number(id)),
    }));
    const pool = threads.filter(({ name }) => name === "libuv-worker");
    expect(pool.length).toBeGreaterThan(0);
    expect(pool.map(({ priority }) => priority)).toEqual(pool.map(() => 10));
    expect(getPriority()).toBe(before);
  },
);

describe("checking a password against a hash of another cost", () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** All that bcrypt is asked to do, in rounds, which is its time. */
  async function workOf(work: () => Promise<unknown>): Promise<number> {
    const hash = jest.spyOn(bcrypt, "hash");
    const compare = jest.spyOn(bcrypt, "compare");
    await work();
    const costs = [
      ...hash.mock.calls.map(([, cost]) => Number(cost)),
      ...compare.mock.calls.map(([, hash]) => bcrypt.getRounds(String(hash))),
    ];
    jest.restoreAllMocks();
    return costs.reduce((sum, cost) => sum + 2 ** cost, 0);
  }

  test.each([
    ["lower costs", 6, [4, 5, 6], 6],
    ["lower and higher costs", 5, [4, 5, 7], 7],
  ])("costs the same, right or wrong, as without a hash, for %s", async (_, set, costs, highest) => {
    const one = createPasswordHashing(set);
    const hashes = await Promise.all(costs.map((cost) => bcrypt.hash("violet otter", cost)));
    one.expectCost(Math.max(...costs));
    await one.verify("x", undefined);
    for (const hash of [...hashes, undefined])
      for (const typed of ["violet otter", "another", "x".repeat(73)])
        expect(await workOf(() => one.verify(typed, hash))).toBe(2 ** highest);
    for (const hash of hashes) {
      expect([await one.verify("violet otter", hash), await one.verify("another", hash)]).toEqual([true, false]);
      expect(one.isCurrent(hash)).toBe(bcrypt.getRounds(hash) === set);
    }
  });

  test("raises the cost of later checks without a hash", async () => {
    const one = createPasswordHashing(4);
    await one.verify("x", await bcrypt.hash("violet otter", 6));
    expect(await workOf(() => one.verify("x", undefined))).toBe(2 ** 6);
  });
});

test("all requests in a full queue are hashed in order", async () => {
  const finished: number[] = [];
  const crowd = Array.from({ length: 66 }, (_, i) => hashing.hash("x").then(() => void finished.push(i)));
  await Promise.all(crowd);
  expect(finished).toHaveLength(66);
  // Two run in parallel and one may be slow, so only requests far apart must be in order.
  expect(Math.max(...finished.slice(0, 10))).toBeLessThan(Math.min(...finished.slice(-10)));
});

const come = (count: number, who: { isKnown: boolean; signal?: AbortSignal }, on = hashing) =>
  Array.from({ length: count }, () => on.verify("x", undefined, who));
const known = { isKnown: true };
const stranger = { isKnown: false };

test("a request is refused while 64 wait, and the queue continues", async () => {
  const crowd = Array.from({ length: 66 }, () => hashing.hash("x"));
  const late = [hashing.hash("x"), ...come(1, known), ...come(1, stranger)];
  for (const one of late) await expect(one).rejects.toThrow(Busy);
  await Promise.all(crowd);
  expect(await hashing.verify("x", await hashing.hash("x"))).toBe(true);
});

test("strangers fill at most 48 places, and known users go first except at every third turn", async () => {
  const one = createPasswordHashing(6);
  const order: string[] = [];
  const note = (name: string, work: Promise<unknown>[]) =>
    Promise.allSettled(work.map((each) => each.then(() => void order.push(name))));
  const all = [
    note("stranger", [...come(60, stranger, one)]),
    note("known", [...come(8, known, one), ...Array.from({ length: 8 }, () => one.hash("x"))]),
    note("known", [one.hash("x")]),
  ];
  await Promise.all(all);
  expect([order.length, order.filter((name) => name === "known").length]).toEqual([66, 16]);
  const before = order.slice(0, order.lastIndexOf("known")).filter((name) => name === "stranger").length;
  // Two were already running, and eight of 24 turns are theirs; of two in parallel one may be slow.
  expect([before >= 8, before <= 14]).toEqual([true, true]);
});

test("a request whose client disconnected frees its place, and nothing is hashed for it", async () => {
  const running = Array.from({ length: 2 }, () => hashing.hash("x"));
  const gone = new AbortController();
  const leaving = [...come(48, { ...stranger, signal: gone.signal }), ...come(16, { ...known, signal: gone.signal })];
  await expect(hashing.hash("x")).rejects.toThrow(Busy);
  gone.abort();
  for (const { status } of await Promise.allSettled(leaving)) expect(status).toBe("rejected");
  await Promise.all([...running, ...Array.from({ length: 64 }, () => hashing.hash("x"))]);
  for (const late of come(1, { ...stranger, signal: gone.signal })) await expect(late).rejects.toThrow(RequestAborted);
  expect(await hashing.hash("x")).toContain("$2b$04$");
});

test("a failed hash frees its place", async () => {
  const one = createPasswordHashing(4);
  const broken = Array.from({ length: 5 }, () => one.verify("x", undefined as never).catch(() => "failed"));
  await Promise.all(broken);
  const hashes = await Promise.allSettled([1, 2, 3].map((value) => one.hash(value as never)));
  expect(hashes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(await one.hash("x")).toContain("$2b$04$");
});
