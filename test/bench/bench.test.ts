import { expect, test } from "@jest/globals";
import { bench } from "./bench.ts";
import { readOptions } from "./options.ts";

test("the bench runs, and its bare server answers as Roster does", async () => {
  const options = readOptions("--users 200 --workload S3 --concurrency 2 --seconds 1 --rounds 1".split(" "));
  if (options === "help") throw new Error("no help was asked for");
  const printed: string[] = [];
  const figures = await bench(options, (line) => printed.push(line));
  expect(figures.get(200)?.get("S3")?.roster.perSecond).toBeGreaterThan(0);
  expect(figures.get(200)?.get("S3")?.bare.perSecond).toBeGreaterThan(0);
  expect(printed.join("\n")).toMatch(/^S3 +GET \/api\/v1\/me with a key .* %$/m);
});

test("the bench measures one process on SQLite and several on PostgreSQL side by side, and both answer the same", async () => {
  const asked = "--database postgres --processes 1,2 --users 200 --workload S3 --concurrency 2 --seconds 1 --rounds 1";
  const options = readOptions(asked.split(" "));
  if (options === "help") throw new Error("no help was asked for");
  const printed: string[] = [];
  await bench(options, (line) => printed.push(line));
  expect(printed.join("\n")).toMatch(/SQLite +PostgreSQL, processes: 1 +PostgreSQL, processes: 2\n/);
  expect(printed.join("\n")).toMatch(/^S3 +GET \/api\/v1\/me with a key( +[\d.]+){12}$/m);
});

test("the bench names a wrong option in one line", () => {
  expect(() => readOptions(["--users", "many"])).toThrow("--users: a whole number from 200");
  expect(() => readOptions(["--workload", "S1,S9"])).toThrow('--workload: there is no "S9"');
  expect(() => readOptions(["--database", "oracle"])).toThrow("--database: one of sqlite, postgres");
  expect(() => readOptions(["--processes", "2"])).toThrow("--processes: with --database postgres");
  expect(() => readOptions("--database postgres --processes 0".split(" "))).toThrow(
    "--processes: a whole number from 1",
  );
  expect(() => readOptions("--database postgres --processes 2 --workload S6".split(" "))).toThrow("--workload: S6 and");
});
