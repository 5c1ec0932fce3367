import { sendKeyReminders } from "../api-keys/reminders.ts";
import type { Deps } from "../deps.ts";
import { refreshEndDates } from "../organization/end-date-queries.ts";
import { announceEndDates, applyEndDates } from "../users/end-dates.ts";
import { runMaintenance } from "./maintenance.ts";

type Job = { everyMs: number; isAtStart: boolean; run: (deps: Deps) => Promise<void>; failure: string };

const [minute, hour] = [60_000, 60 * 60_000];

/** What the server does without being asked. A failure is logged, and the next run makes up for it. */
const jobs: Job[] = [
  { everyMs: minute, isAtStart: true, run: applyEndDates, failure: "end dates could not be applied" },
  { everyMs: minute, isAtStart: true, run: announceEndDates, failure: "emails about end dates could not be queued" },
  {
    everyMs: hour,
    isAtStart: true,
    run: sendKeyReminders,
    failure: "reminders of expiring API keys could not be queued",
  },
  { everyMs: 24 * hour, isAtStart: true, run: refreshEndDates, failure: "end dates could not be refreshed" },
  { everyMs: hour, isAtStart: false, run: runMaintenance, failure: "cleaning up failed" },
];

/**
 * Starts all of it. Any number of processes can do the same: each job makes sure that it is done once.
 * @returns a function that stops it, once what is under way is done
 */
export function startPeriodicWork(deps: Deps): () => Promise<void> {
  const stops = jobs.map((job) => startJob(deps, job));
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

function startJob(deps: Deps, { everyMs, isAtStart, run, failure }: Job): () => Promise<void> {
  let running: Promise<void> | undefined;
  const work = (): void => {
    running ??= run(deps)
      .catch((error) => deps.logger.error({ err: error }, failure))
      .finally(() => {
        running = undefined;
      });
  };
  if (isAtStart) work();
  const timer = setInterval(work, everyMs);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
