import { type Connection, connect } from "./client.ts";

/** Times in milliseconds; `logIns` are those a second beside it, where there were some. */
export type Result = { perSecond: number; p50: number; p99: number; logIns?: number };

/** One thing that is timed as a whole; `turn` counts on over all connections. @throws Error where an answer is wrong */
export type Step = (connection: Connection, turn: number) => Promise<void>;

export type Load = {
  port: number;
  connections: number;
  seconds: number;
  /** So many turns are taken even where that lasts longer. */
  atLeast?: number;
  step: Step;
};

/** Keeps so many connections busy for so long. */
export async function measure({ port, connections, seconds, atLeast = 0, step }: Load): Promise<Result> {
  const open = await Promise.all(Array.from({ length: connections }, () => connect(port)));
  const times: number[] = [];
  let turn = 0;
  const began = performance.now();
  const end = began + seconds * 1_000;
  await Promise.all(
    open.map(async (connection) => {
      for (let now = performance.now(); now < end || turn < atLeast; ) {
        await step(connection, turn++);
        const then = now;
        now = performance.now();
        times.push(now - then);
      }
    }),
  );
  const elapsed = (performance.now() - began) / 1_000;
  for (const connection of open) connection.close();
  times.sort((one, other) => one - other);
  const quantile = (part: number): number => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
  return { perSecond: times.length / elapsed, p50: quantile(0.5), p99: quantile(0.99) };
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

/** Of each figure the median over the rounds. */
export function medians(results: readonly Result[]): Result {
  const of = (name: keyof Result): number => median(results.map((result) => result[name] ?? 0));
  const isBeside = results[0]?.logIns !== undefined;
  return { perSecond: of("perSecond"), p50: of("p50"), p99: of("p99"), ...(isBeside && { logIns: of("logIns") }) };
}
