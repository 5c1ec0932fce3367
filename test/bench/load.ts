import { readFileSync } from "node:fs";
import { type Connection, connect } from "./client.ts";

/**
 * Times in milliseconds. `cpu` is the microseconds that the server's processes needed for one, whatever else the
 * machine did; NaN if the system does not say. `logIns` are those per second, if there were any.
 */
export type Result = { perSecond: number; p50: number; p99: number; cpu: number; logIns?: number };

/** One thing that is timed as a whole; `turn` counts over all connections. @throws Error if a response is wrong */
export type Step = (connection: Connection, turn: number) => Promise<void>;

/** A process that listens. */
type Listening = { port: number; child: { pid?: number | undefined } };

export type Load = {
  /** Processes of one server share the connections evenly, and a connection stays with its process. */
  server: Listening & { more?: readonly Listening[] };
  connections: number;
  seconds: number;
  /** At least this many turns are taken, even if that takes longer. */
  atLeast?: number;
  step: Step;
};

/** Keeps this many connections busy for this long. */
export async function measure({ server, connections, seconds, atLeast = 0, step }: Load): Promise<Result> {
  const listening = [server, ...(server.more ?? [])];
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

/** The median of each figure over the rounds. */
export function medians(results: readonly Result[]): Result {
  const of = (name: keyof Result): number => median(results.map((result) => result[name] ?? 0));
  const isBeside = results[0]?.logIns !== undefined;
  const figures = { perSecond: of("perSecond"), p50: of("p50"), p99: of("p99"), cpu: of("cpu") };
  return { ...figures, ...(isBeside && { logIns: of("logIns") }) };
}
