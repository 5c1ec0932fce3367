import type { Logger } from "pino";
import type { Config } from "./config.ts";
import type { Database } from "./database/database.ts";
import type { Metrics } from "./health/metrics.ts";
import type { JobRunner } from "./jobs/runner.ts";
import type { Mailer } from "./outbox/mailer.ts";
import type { DeliveryWorker } from "./outbox/worker.ts";
import type { PasswordHashing } from "./passwords/hashing.ts";
import type { Reauthentication } from "./web/form.ts";

/** What the pages work with; created once at the start. */
export type Deps = {
  config: Config & { baseUrl: string };
  /** Whether BASE_URL was set: only then is a request's Origin compared with it. */
  baseUrlGiven: boolean;
  db: Database;
  hashing: PasswordHashing;
  /** Asks for your own password before a sensitive save (auth/confirmation.ts). */
  reauthentication: Reauthentication;
  mailer: Mailer & DeliveryWorker;
  /** Sends messages to applications that someone was logged out. */
  logOuts: DeliveryWorker;
  /** Does imports of users in the background. */
  imports: JobRunner;
  /** Changes many users in the background. */
  groups: JobRunner;
  logger: Logger;
  metrics: Metrics;
};
