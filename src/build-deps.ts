import type { Logger } from "pino";
import { passwordHashing } from "./auth/password-hashing.ts";
import type { Config } from "./config.ts";
import type { Database } from "./database.ts";
import type { Deps } from "./deps.ts";
import { createMailer } from "./mail/mailer.ts";

/** @param parts `ownUrl`: where it listens, for BASE_URL where none was given */
export function buildDeps({
  config,
  db,
  logger,
  ownUrl,
}: {
  config: Config;
  db: Database;
  logger: Logger;
  ownUrl: string;
}): Deps {
  return {
    config: { ...config, baseUrl: config.baseUrl ?? ownUrl },
    baseUrlGiven: config.baseUrl !== undefined,
    db,
    hashing: passwordHashing(config.bcryptCost),
    mailer: createMailer(config, logger),
    logger,
  };
}
