import type { Logger } from "pino";
import { createReauthentication } from "./auth/confirmation.ts";
import type { Config } from "./config.ts";
import type { Database } from "./database/database.ts";
import type { Deps } from "./deps.ts";
import { createGroupRunner } from "./groups/runner.ts";
import { createMetrics } from "./health/metrics.ts";
import { createImportRunner } from "./imports/runner.ts";
import { mailChannel } from "./mail/delivery.ts";
import { logOutChannel } from "./oidc/log-out-channel.ts";
import { createMailer } from "./outbox/mailer.ts";
import { createDeliveryWorker } from "./outbox/worker.ts";
import { createPasswordHashing } from "./passwords/hashing.ts";
import { timestampIn } from "./platform/time.ts";

/**
 * @param parts `ownUrl` is where Roster listens, if BASE_URL is not set; `now` is the email clock, which only tests set
 */
export function buildDeps({
  config,
  db,
  logger,
  ownUrl,
  now = timestampIn,
}: {
  config: Config;
  db: Database;
  logger: Logger;
  ownUrl: string;
  now?: (milliseconds?: number) => string;
}): Deps {
  const secrets = config.sessionSecrets;
  const baseUrl = config.baseUrl ?? ownUrl;
  const sending = { db, secrets, logger, now };
  const worker = createDeliveryWorker({ ...sending, channel: mailChannel(config) });
  const parts = {
    config: { ...config, baseUrl },
    db,
    hashing: createPasswordHashing(config.bcryptCost),
    logger,
  };
  const mailer = { ...createMailer(secrets, worker.wake), ...worker };
  return {
    ...parts,
    reauthentication: createReauthentication(parts),
    baseUrlGiven: config.baseUrl !== undefined,
    mailer,
    logOuts: createDeliveryWorker({ ...sending, channel: logOutChannel({ db, baseUrl, dataDir: config.dataDir }) }),
    imports: createImportRunner({ ...parts, mailer }),
    groups: createGroupRunner({ ...parts, mailer }),
    metrics: createMetrics(),
  };
}
