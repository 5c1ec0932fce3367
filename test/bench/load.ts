import { readFileSync } from "node:fs";
import { type Connection, connect } from "./client.ts";

/**
 * Times in milliseconds. `cpu` is what the server's processes took for one, in microseconds, whatever else the machine was
 * busy with; NaN where the system does not say. `logIns` are those a second beside it, where there were some.
 */
export type Result = { perSecond: number; p50: number; p99: number; cpu: number; logIns?: number };

/** One thing that is timed as a whole; `turn` counts on over all connections. @throws Error where an answer is wrong */
export type Step = (connection: Connection, turn: number) => Promise<void>;

/** A process that listens. */
type Listening = { port: number; child: { pid?: number | undefined } };

export type Load = {
  /** What belongs together shares the connections evenly, each connection staying with one of them. */
  server: Listening & { beside?: readonly Listening[] };
  connections: number;
  seconds: number;
  /** So many turns are taken even where that lasts longer. */
  atLeast?: number;
  step: Step;
};

/** Keeps so many connections busy for so long. */
export async function measure({ server, connections, seconds, atLeast = 0, step }: Load): Promise<Result> {
  const listening = [server, ...(server.beside ?? [])];
  const ports = Array.from({ length: connections }, (_, n) => listening[n % listening.length]?.port ?? server.port);
  const open = await Promise.all(ports.map(connect));
  const cpuUsed = (): number => listening.reduce((sum, { child }) => sum + cpuTime(child.pid), 0);
  const times: number[] = [];
  let turn = 0;
  const cpuBefore = cpuUsed();
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
  const cpu = (cpuUsed() - cpuBefore) / times.length;
  const elapsed = (performance.now() - began) / 1_000;
  for (const connection of open) connection.close();
  times.sort((one, other) => one - other);
  const quantile = (part: number): number => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
  return { perSecond: times.length / elapsed, p50: quantile(0.5), p99: quantile(0.99), cpu };
}

const microsecondsPerTick = 10_000;

/** What a process has used of all cores so far, in microseconds (proc_pid_stat(5): utime and stime). */
function cpuTime(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
      .replace(/^.*\) /s, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) * microsecondsPerTick;
  } catch {
    return Number.NaN;
  }
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

/** Of each figure the median over the rounds. */
export function medians(results: readonly Result[]): Result {
  const of = (name: keyof Result): number => median(results.map((result) => result[name] ?? 0));
  const isBeside = results[0]?.logIns !== undefined;
  const figures = { perSecond: of("perSecond"), p50: of("p50"), p99: of("p99"), cpu: of("cpu") };
  return { ...figures, ...(isBeside && { logIns: of("logIns") }) };
}
