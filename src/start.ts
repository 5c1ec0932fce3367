import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import pino from "pino";
import { createApp } from "./app.ts";
import { findHighestCost } from "./auth/queries.ts";
import { makeSetupLink } from "./auth/setup.ts";
import { startBackups } from "./backups/schedule.ts";
import { buildDeps } from "./build-deps.ts";
import { readConfig, settingNames } from "./config.ts";
import { closeDatabase, isPostgres, openDatabase } from "./database/database.ts";
import { pendingMigrations } from "./database/migrate.ts";
import { migrateInThread } from "./database/migrate-in-thread.ts";
import { startPeriodicWork } from "./health/periodic-work.ts";
import { keepErased } from "./personal-data/keep-erased.ts";
import { ConfigError } from "./platform/data-dir.ts";
import { loadDotEnv, misspelledSettings } from "./platform/dot-env.ts";
import { lockDataDir } from "./platform/file-lock.ts";
import { afterResponseSettled } from "./platform/run-after-response.ts";
import { stopCleanly } from "./platform/stop.ts";
import { shareFactorSecret } from "./second-factor/shared-secret.ts";
import { isProxyOrLocal, limitConnections } from "./web/connections.ts";
import { logTo } from "./web/log-lines.ts";
import { makeServer } from "./web/server.ts";
import { updatingPage } from "./web/updating-page.ts";

/** Starts the server: settings, data file, listening, migrations; then prints its address. */
export async function start(): Promise<void> {
  process.umask(0o077);
  loadDotEnv();
  const config = readConfig(process.env);
  // Lines are written while others are created; the rest when the process ends.
  const output = logTo(process.stdout) ?? pino.destination({ sync: false, minLength: 8_192, periodicFlush: 100 });
  const logger = pino({ level: config.logLevel, base: null }, output);
  for (const misspelled of misspelledSettings(settingNames)) logger.warn(misspelled);
  // Several processes on one PostgreSQL may also share the folder.
  const release = config.databaseUrl === undefined ? lockDataDir(config.dataDir) : () => undefined;
  const db = await openDatabase({ ...config, isServing: true });
  const { server, serve } = makeServer();
  const answerMeanwhile = updatingPage({ secure: config.baseUrl?.startsWith("https:") ?? false });
  const isOutdated = (await pendingMigrations(db)).length > 0;
  if (isOutdated) {
    server.on("request", answerMeanwhile);
    await listening(server, config.port, config.host);
    await migrateInThread(config);
  }
  await keepErased({ db, config, logger });
  if (isPostgres(db)) await shareFactorSecret(db, { dataDir: config.dataDir, secrets: config.sessionSecrets });
  const highestCost = await findHighestCost(db);

  // Otherwise nothing is awaited between listening and the application, so that no request gets 503 without a reason.
  if (!isOutdated) await listening(server, config.port, config.host);
  const { port } = server.address() as AddressInfo;
  const deps = buildDeps({ config, db, logger, ownUrl: `http://localhost:${port}` });
  const { baseUrl } = deps.config;
  deps.hashing.expectCost(highestCost);
  const app = createApp(deps);
  server.off("request", answerMeanwhile);
  serve(app);
  limitConnections(server, { isExempt: isProxyOrLocal(app.get("trust proxy fn")) });

  const stopBackups = startBackups(config, logger);
  deps.mailer.start();
  deps.logOuts.start();
  void deps.imports.resume();
  void deps.groups.resume();
  const stopPeriodicWork = startPeriodicWork(deps);
  stopCleanly(server, async () => {
    await stopPeriodicWork();
    await stopBackups();
    await afterResponseSettled();
    await deps.imports.stop();
    await deps.groups.stop();
    await deps.mailer.stop();
    await deps.logOuts.stop();
    await closeDatabase(db);
    release();
  });

  // A supervisor that reads this line may send the signal to stop.
  console.log(`Roster listens at ${ownAddress(server.address() as AddressInfo)}`);
  if (deps.baseUrlGiven) console.log(`Its public address is ${baseUrl} (BASE_URL)`);
  const setupLink = await makeSetupLink(db, baseUrl);
  if (setupLink) console.log(`There is no Admin yet. Within 30 minutes, set Roster up at ${setupLink}`);
}

/** "http://127.0.0.1:3000": the address it listens at, for a proxy. */
const ownAddress = ({ address, family, port }: AddressInfo): string =>
  `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;

/** @throws ConfigError in one line if the address is in use or not this machine's */
async function listening(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(new ConfigError(`PORT, HOST: Roster cannot listen at ${host}:${port} (${error.message})`)),
    );
    server.listen(port, host, resolve);
  });
}
