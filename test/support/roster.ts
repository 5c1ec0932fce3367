import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { createApp } from "../../src/app.ts";
import { createReauthentication } from "../../src/auth/confirmation.ts";
import { buildDeps } from "../../src/build-deps.ts";
import { readConfig } from "../../src/config.ts";
import { openDatabase } from "../../src/database/database.ts";
import { migrate } from "../../src/database/migrate.ts";
import type { Deps } from "../../src/deps.ts";
import { afterResponseSettled } from "../../src/platform/run-after-response.ts";
import { timestamp } from "../../src/platform/time.ts";
import { makeServer } from "../../src/web/server.ts";
import { addPeople, type People } from "./people.ts";
import { isOnPostgres, makeDatabase } from "./postgres.ts";

export type Roster = {
  /** Where it listens, without a trailing slash. */
  url: string;
  deps: Deps;
  db: Deps["db"];
  people: People;
  dataDir: string;
  /** Everything it logged, as text. */
  log: () => string;
  close: () => Promise<void>;
};

const noPeople = new Proxy({} as People, {
  get: (_, name) => {
    throw new Error(`there is no ${String(name)}: this Roster was started empty`);
  },
});

const quick = { NODE_ENV: "test", BCRYPT_COST: "4" };

/** The whole application with its own data and port, and the people of people.ts. Nothing of ours is mocked. */
export async function startRoster(
  settings: Record<string, string> = {},
  { isEmpty = false, now = Date.now }: { isEmpty?: boolean /** The mails' clock. */; now?: () => number } = {},
): Promise<Roster> {
  const dataDir = mkdtempSync(join(tmpdir(), "roster-test-"));
  const database = isOnPostgres ? await makeDatabase() : undefined;
  const given = database && {
    DATABASE_URL: database.databaseUrl,
    SESSION_SECRET: "for tests alone and not for anyone else",
  };
  const config = readConfig({ ...quick, DATA_DIR: dataDir, ...given, ...settings });
  const lines: string[] = [];
  const logger = pino({ level: "trace", base: null }, { write: (line: string) => void lines.push(line) });
  const db = await openDatabase(config);
  await migrate(db, dataDir);

  const { server, serve } = makeServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = (milliseconds = 0): string => timestamp(new Date(now() + milliseconds));
  const deps = buildDeps({ config, db, logger, ownUrl: url, now: clock });
  const people = isEmpty ? noPeople : await addPeople(deps);
  serve(createApp(deps));

  return {
    url,
    deps,
    db,
    people,
    dataDir,
    log: () => lines.join(""),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await afterResponseSettled();
      await deps.imports.stop();
      await deps.groups.stop();
      await deps.mailer.settled();
      await deps.mailer.stop();
      await db.destroy();
      await database?.drop();
      rmSync(dataDir, { recursive: true });
    },
  };
}

/** Another server on the same data, with other settings or parts, until the Roster is closed. */
export async function startSecondServer(
  roster: Roster,
  settings: Record<string, string>,
  parts: Partial<Deps> = {},
): Promise<Pick<Roster, "url" | "close">> {
  const config = readConfig({ ...quick, DATA_DIR: roster.dataDir, ...settings });
  const { server, serve } = makeServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const given = { config: { ...config, baseUrl: config.baseUrl ?? url }, baseUrlGiven: config.baseUrl !== undefined };
  const deps = { ...roster.deps, ...given, ...parts };
  serve(createApp({ ...deps, reauthentication: createReauthentication(deps) }));
  const closeBoth = roster.close;
  const close = async (): Promise<void> => {
    roster.close = closeBoth;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  roster.close = async () => {
    await close();
    await closeBoth();
  };
  return { url, close };
}
