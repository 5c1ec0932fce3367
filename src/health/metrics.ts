import { monitorEventLoopDelay } from "node:perf_hooks";
import { counter, counterOf, type Family, family, gauge, histogram } from "./prometheus.ts";

/** The outcome of a try to log in; with a second factor there are two steps, password and code. */
const logInOutcomes = ["succeeded", "code_asked", "refused", "wrong_code", "held_back", "failed"] as const;
type LogInOutcome = (typeof logInOutcomes)[number];

/** A finished request; `route` is a pattern, undefined if no route matches the address. */
type Answered = { method: string; route: string | undefined; status: number; ms: number };

/** This process's counters since its start, for /metrics. */
export type Metrics = {
  countRequest: (answered: Answered) => void;
  countLogIn: (outcome: LogInOutcome) => void;
  countApplicationLogIn: () => void;
  /** All counters, and the state of the process now. */
  families: () => Family[];
};

/** Anyone can send any method, and each set of labels is kept forever. */
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
/** Seconds. */
const durations = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Milliseconds between two samples of the event loop. */
const samplingIntervalMs = 10;

export function createMetrics(): Metrics {
  const requests = counter();
  const latency = histogram("route", durations);
  const logIns = new Map<LogInOutcome, number>(logInOutcomes.map((outcome) => [outcome, 0]));
  let applicationLogIns = 0;
  const delay = monitorEventLoopDelay({ resolution: samplingIntervalMs });
  delay.enable();
  return {
    countRequest: ({ method, route = "unknown", status, ms }) => {
      requests.add({ method: methods.has(method) ? method : "other", route, status: String(status) });
      latency.observe(route, ms / 1_000);
    },
    countLogIn: (outcome) => void logIns.set(outcome, (logIns.get(outcome) ?? 0) + 1),
    countApplicationLogIn: () => void applicationLogIns++,
    families: () => [
      family(
        "counter",
        "roster_http_requests_total",
        "Requests by method, route and status; status 0: the client disconnected.",
        requests.samples(),
      ),
      family(
        "histogram",
        "roster_http_request_duration_seconds",
        "How long requests took, by route.",
        latency.samples(),
      ),
      family(
        "counter",
        "roster_log_ins_total",
        "Tries to log in, by outcome.",
        [...logIns].map(([outcome, value]) => ({ labels: { outcome }, value })),
      ),
      counterOf("roster_application_log_ins_total", "Log-ins to applications.", applicationLogIns),
      eventLoop(delay),
      ...processFamilies(),
    ],
  };
}

/** The histogram measures the time between samples: anything above the interval is delay. */
function eventLoop(delay: ReturnType<typeof monitorEventLoopDelay>): Family {
  const seconds = (nanoseconds: number): number =>
    delay.count === 0 ? 0 : Math.max(0, nanoseconds / 1e9 - samplingIntervalMs / 1_000);
  const quantiles = [0.5, 0.9, 0.99, 1];
  const samples = quantiles.map((quantile) => ({
    labels: { quantile: String(quantile) },
    value: seconds(quantile === 1 ? delay.max : delay.percentile(quantile * 100)),
  }));
  delay.reset();
  const help = "How late the event loop was since the last scrape.";
  return family("gauge", "roster_event_loop_delay_seconds", help, samples);
}

/** With the names that Prometheus's own libraries use. */
function processFamilies(): Family[] {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return [
    gauge("process_resident_memory_bytes", "Memory that the process has.", rss),
    gauge("nodejs_heap_size_used_bytes", "JavaScript heap in use.", heapUsed),
    counterOf("process_cpu_seconds_total", "Processor time.", (user + system) / 1e6),
    gauge("process_start_time_seconds", "When the process began, since 1970.", Date.now() / 1_000 - process.uptime()),
    gauge("process_uptime_seconds", "Seconds since the process started.", process.uptime()),
  ];
}
