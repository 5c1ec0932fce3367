import { monitorEventLoopDelay } from "node:perf_hooks";
import { counter, type Family, histogram } from "./prometheus.ts";

/** How a try to log in went; with a second factor it has two steps, password and code. */
const logInOutcomes = ["succeeded", "code_asked", "refused", "wrong_code", "held_back", "failed"] as const;
type LogInOutcome = (typeof logInOutcomes)[number];

/** A request that is over; `route` is a pattern, undefined where no route had the address. */
type Answered = { method: string; route: string | undefined; status: number; ms: number };

/** What this process counts from its start on, for /metrics. */
export type Metrics = {
  countRequest: (answered: Answered) => void;
  countLogIn: (outcome: LogInOutcome) => void;
  /** All of it, and how the process is at this moment. */
  families: () => Family[];
};

/** Anybody may send any method; each set of labels is kept for good. */
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
/** Seconds. */
const durations = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Milliseconds between two looks at the event loop. */
const samplingIntervalMs = 10;

export function createMetrics(): Metrics {
  const requests = counter();
  const latency = histogram("route", durations);
  const logIns = new Map<LogInOutcome, number>(logInOutcomes.map((outcome) => [outcome, 0]));
  const delay = monitorEventLoopDelay({ resolution: samplingIntervalMs });
  delay.enable();
  return {
    countRequest: ({ method, route = "unknown", status, ms }) => {
      requests.add({ method: methods.has(method) ? method : "other", route, status: String(status) });
      latency.observe(route, ms / 1_000);
    },
    countLogIn: (outcome) => void logIns.set(outcome, (logIns.get(outcome) ?? 0) + 1),
    families: () => [
      {
        name: "roster_http_requests_total",
        type: "counter",
        help: "Requests by method, route and status; status 0: the other side went away.",
        samples: requests.samples(),
      },
      {
        name: "roster_http_request_duration_seconds",
        type: "histogram",
        help: "How long requests took, by route.",
        samples: latency.samples(),
      },
      {
        name: "roster_log_ins_total",
        type: "counter",
        help: "Tries to log in, by outcome.",
        samples: [...logIns].map(([outcome, value]) => ({ labels: { outcome }, value })),
      },
      eventLoop(delay),
      ...processFamilies(),
    ],
  };
}

export const gauge = (name: string, help: string, value: number, labels = {}): Family => ({
  ...{ name, help, type: "gauge" },
  samples: [{ labels, value }],
});

/** The histogram measures from one look to the next: what is beyond the pause between them is the delay. */
function eventLoop(delay: ReturnType<typeof monitorEventLoopDelay>): Family {
  const seconds = (nanoseconds: number): number =>
    delay.count === 0 ? 0 : Math.max(0, nanoseconds / 1e9 - samplingIntervalMs / 1_000);
  const quantiles = [0.5, 0.9, 0.99, 1];
  const samples = quantiles.map((quantile) => ({
    labels: { quantile: String(quantile) },
    value: seconds(quantile === 1 ? delay.max : delay.percentile(quantile * 100)),
  }));
  delay.reset();
  return {
    name: "roster_event_loop_delay_seconds",
    type: "gauge",
    help: "How late the event loop was since the last time this was asked for.",
    samples,
  };
}

/** By the names that Prometheus's own libraries have for them. */
function processFamilies(): Family[] {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return [
    gauge("process_resident_memory_bytes", "Memory that the process has.", rss),
    gauge("nodejs_heap_size_used_bytes", "Of it, what JavaScript uses.", heapUsed),
    { ...gauge("process_cpu_seconds_total", "Processor time.", (user + system) / 1e6), type: "counter" },
    gauge("process_start_time_seconds", "When the process began, since 1970.", Date.now() / 1_000 - process.uptime()),
    gauge("process_uptime_seconds", "How long ago that was.", process.uptime()),
  ];
}
