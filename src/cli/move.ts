import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { type Config, readConfig } from "../config.ts";
import { closeDatabase, type Database, openDatabase } from "../database/database.ts";
import { migrate } from "../database/migrate.ts";
import { sealContext } from "../outbox/mailer.ts";
import { addToErasedList, readErasedList } from "../personal-data/erased-list.ts";
import { ConfigError } from "../platform/data-dir.ts";
import { decrypt } from "../platform/encryption.ts";
import { lockDataDir } from "../platform/file-lock.ts";
import { renameDurably, syncToDisk } from "../platform/files.ts";
import { ValidationError } from "../roles/errors.ts";
import { findFactorSecret, shareFactorSecret } from "../second-factor/shared-secret.ts";
import { defineCommand, type Outcome } from "./command.ts";
import { dataFilePath, fileArgument, loadSettings, requireDataFile } from "./data-file.ts";
import { requireCurrent } from "./installation.ts";
import { listPendingEncryptedTexts, requireOwnTables } from "./move-queries.ts";
import { formatChecksum, moveAll, type TableChecksum } from "./move-tables.ts";

const where = "Use postgres://… or sqlite:FILE";
const schema = z.object({
  to: z
    .string(where)
    .regex(/^(?:postgres(?:ql)?:\/\/|sqlite:).+/, where)
    .meta({ form: "postgres://…|sqlite:FILE", description: "the empty database or the new file to copy to" }),
});

export const move = defineCommand({
  summary: "copies all data to PostgreSQL, or from PostgreSQL to a file, and compares both; stop the server first",
  schema,
  example: "--to postgres://roster:secret@localhost/roster",
  run: async ({ to }) => {
    const config = loadSettings({ allowsNew: true });
    const target = to.startsWith("sqlite:") ? fileArgument.parse(to.slice("sqlite:".length)) : undefined;
    const isFromPostgres = config.databaseUrl !== undefined;
    if (target !== undefined && isFromPostgres) return toFile(config, target);
    if (target === undefined && !isFromPostgres) return toPostgres(config, to);
    throw new ValidationError(
      isFromPostgres
        ? "--to: The data is already in PostgreSQL (DATABASE_URL). Copy it with the tools of PostgreSQL"
        : "--to: The data is already in SQLite. Use the command backup to copy it",
    );
  },
});

async function toPostgres(config: Config, url: string): Promise<Outcome> {
  requireDataFile(dataFilePath(config));
  const { dataDir, sessionSecrets: secrets } = config;
  if (!process.env.SESSION_SECRET)
    throw new ValidationError(
      `SESSION_SECRET: PostgreSQL needs it in the settings. The current one is in ${join(dataDir, "session-secret")}`,
    );
  const { databaseUrl } = await namingOption("--to", async () => readConfig({ ...process.env, DATABASE_URL: url }));
  const { host, pathname } = new URL(url);
  const release = lockDataDir(dataDir);
  try {
    const sums = await withSource(config, async (source) => {
      await requireReadableMails(source, config);
      return withDatabase(await namingOption("--to", () => openDatabase({ dataDir, databaseUrl })), async (target) => {
        await requireOwnTables(target, `${host}${pathname}`);
        await migrate(target, dataDir);
        return moveAll(source, target, {
          target: `${host}${pathname}`,
          finish: async (trx) => {
            if (existsSync(join(dataDir, "factor-secret"))) await shareFactorSecret(trx, { dataDir, secrets });
          },
        });
      });
    });
    return moveOutcome(sums, `Moved to PostgreSQL, ${host}${pathname}`, [
      "Start every process with DATABASE_URL and this SESSION_SECRET. Everyone must log in again.",
      `${dataFilePath(config)} is unchanged. Do not start a server with it again.`,
    ]);
  } finally {
    release();
  }
}

async function toFile(config: Config, file: string): Promise<Outcome> {
  const folder = dirname(file);
  const release = lockDataDir(folder);
  const making = mkdtempSync(join(folder, "moving-"));
  try {
    requireNoFile(file);
    const sums = await withSource(config, async (source) => {
      const secret = await findFactorSecret(source, config.sessionSecrets);
      const secretFile = join(folder, "factor-secret");
      if (secret && existsSync(secretFile) && readFileSync(secretFile, "utf8").trim() !== secret)
        throw new ValidationError(
          `--to: ${secretFile} belongs to another installation. Choose a folder without that file`,
        );
      const moved = await withDatabase(await openDatabase({ dataDir: making }), async (target) => {
        await migrate(target, making);
        return moveAll(source, target, { target: file });
      });
      addToErasedList(folder, readErasedList(config.dataDir));
      if (secret && !existsSync(secretFile)) writeFileSync(secretFile, `${secret}\n`, { mode: 0o600, flush: true });
      return moved;
    });
    syncToDisk(join(making, "roster.db"));
    requireNoFile(file);
    renameDurably(join(making, "roster.db"), file);
    return moveOutcome(sums, `Moved to SQLite, ${file}`, [
      ...(basename(file) === "roster.db" ? [] : ["Rename it to roster.db before Roster can use it."]),
      `Start Roster with DATA_DIR=${folder} and this SESSION_SECRET, without DATABASE_URL. Everyone must log in again.`,
      "The data in PostgreSQL is unchanged. Do not start a server with it again.",
    ]);
  } finally {
    rmSync(making, { recursive: true, force: true });
    release();
  }
}

function requireNoFile(file: string): void {
  if (existsSync(file)) throw new ValidationError(`--to: ${file} already exists. Nothing was overwritten.`);
}

function moveOutcome(sums: TableChecksum[], done: string, advice: string[]): Outcome {
  const lines = sums.map(({ table, ...sum }) => `${table}: ${formatChecksum(sum)}, identical on both sides`);
  return { lines: [...lines, `${done}.`, ...advice], json: { data: sums, lines: [`${done}.`, ...advice] } };
}

/** Errors name the option instead of the setting. */
async function namingOption<T>(option: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ValidationError(
      error.message.replace("; leave it empty for SQLite", "").replaceAll("DATABASE_URL", option),
    );
  }
}

async function withDatabase<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  try {
    return await work(db);
  } finally {
    await closeDatabase(db);
  }
}

/** @throws ValidationError if the source is not of this version */
async function withSource<T>(config: Config, work: (db: Database) => Promise<T>): Promise<T> {
  return withDatabase(await openDatabase(config), async (db) => {
    await requireCurrent(db);
    return work(db);
  });
}

/** @throws ValidationError if queued emails were sealed under the data folder's own secret, which the settings lack */
async function requireReadableMails(db: Database, { dataDir, sessionSecrets }: Config): Promise<void> {
  const file = join(dataDir, "session-secret");
  if (!existsSync(file)) return;
  const kept = readFileSync(file, "utf8").trim();
  const opens = (secrets: string[], { uid, encrypted }: { uid: string; encrypted: string }): boolean =>
    decrypt(secrets, { encrypted, context: sealContext(uid) }) !== undefined;
  const lost = (await listPendingEncryptedTexts(db)).filter(
    (mail) => !opens(sessionSecrets, mail) && opens([kept], mail),
  );
  if (lost.length > 0)
    throw new ValidationError(
      `SESSION_SECRET: Queued emails that only the secret in ${file} can decrypt: ${lost.length}. Add that secret after a comma`,
    );
}
