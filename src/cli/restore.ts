import { accessSync, constants, copyFileSync, existsSync, linkSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { z } from "zod";
import { migrations } from "../../migrations/all.ts";
import { dated } from "../backups/names.ts";
import { integrityErrorsOf, migrationsIn } from "../database/copy-queries.ts";
import { closeDatabase, openDatabase } from "../database/database.ts";
import { isFromBeforeRelease, migrate } from "../database/migrate.ts";
import { isBusy, lockDataDir } from "../platform/file-lock.ts";
import { renameDurably, syncToDisk } from "../platform/files.ts";
import { ValidationError } from "../roles/errors.ts";
import { findUndecryptableFactors } from "./check-factors.ts";
import { defineCommand } from "./command.ts";
import { fileArgument, loadFileSettings } from "./data-file.ts";
import { deleteLogIns, failPendingMails, recordRestore } from "./restore-queries.ts";

export const restore = defineCommand({
  summary: "checks a copy and puts it in place of the data file, which is kept; the server must not run",
  schema: z.object({ file: fileArgument.meta({ description: "the copy, as backup makes it" }) }),
  positional: "file",
  example: "/backups/roster-monday.db",
  run: async ({ file }) => {
    const { config, dataFile } = loadFileSettings({ allowsNew: true });
    const release = lockDataDir(config.dataDir);
    try {
      const { newest, heldMails, closedFactors } = await prepare(file, config.dataDir);
      const kept = existsSync(dataFile) ? keepOldFile(dataFile) : undefined;
      renameDurably(preparedFile(config.dataDir), dataFile);
      const lines = [
        `Restored ${file}${newest ? `, which goes up to ${newest}` : ""}. Everybody has to log in again.`,
        ...(kept ? [`What was there before is kept in ${kept}`] : []),
        ...(heldMails > 0 ? [mailAdvice(heldMails)] : []),
        ...(closedFactors > 0 ? [factorAdvice(closedFactors, config.dataDir)] : []),
      ];
      return { lines, json: { file, newest: newest ?? null, kept: kept ?? null, heldMails, closedFactors } };
    } finally {
      rmSync(folderFor(config.dataDir), { recursive: true, force: true });
      release();
    }
  },
});

const mailAdvice = (count: number): string =>
  `Mails that waited in it and may have been sent since: ${count}. See list-mail --failed, and send them with retry-mail`;

const factorAdvice = (count: number, dataDir: string): string =>
  `Users whose second factors do not open: ${count}. Put the file factor-secret of where the copy was made into ${dataDir}`;

/** Where the copy is prepared, on the same disk, so that one rename puts it in place. */
const folderFor = (dataDir: string): string => join(dataDir, "restoring");
const preparedFile = (dataDir: string): string => join(folderFor(dataDir), "roster.db");

type Prepared = { newest: string | undefined; heldMails: number; closedFactors: number };

/** Does not change FILE itself. @throws ValidationError if it is damaged, not a data file of Roster, or from a newer one */
async function prepare(file: string, dataDir: string): Promise<Prepared> {
  const folder = folderFor(dataDir);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  accessSync(file, constants.R_OK);
  if (!statSync(file).isFile()) throw new ValidationError(`${file} is not a file`);
  // A data file copied by hand has its newest changes in a second file.
  for (const end of ["", "-wal"]) if (existsSync(file + end)) copyFileSync(file + end, preparedFile(dataDir) + end);
  requireSound(file, preparedFile(dataDir));
  const db = await openDatabase({ dataDir: folder });
  try {
    await migrate(db, folder);
    const heldMails = await db.transaction(async (trx) => {
      await deleteLogIns(trx);
      return failPendingMails(trx);
    });
    const newest = await recordRestore(db);
    return { newest, heldMails, closedFactors: (await findUndecryptableFactors(db, dataDir)).length };
  } finally {
    await closeDatabase(db);
    syncToDisk(preparedFile(dataDir));
  }
}

function requireSound(file: string, copy: string): void {
  const connection = openFile(copy);
  try {
    const done = migrationsIn(connection);
    if (!done) throw new ValidationError(`${file} is no data file of Roster`);
    if (isFromBeforeRelease(done))
      throw new ValidationError(`${file} is from before the first release, and this Roster does not open it`);
    const newer = done.find((name) => !(name in migrations));
    if (newer)
      throw new ValidationError(`${file} was written by a newer Roster (it has "${newer}"). Update Roster first`);
    const [damage] = integrityErrorsOf(connection);
    if (damage) throw new ValidationError(`${file} is damaged: ${damage}`);
  } catch (error) {
    if (error instanceof ValidationError) throw error;
    throw new ValidationError(
      `${file} is no data file of Roster, or damaged (${error instanceof Error ? error.message : error})`,
    );
  } finally {
    connection.close();
  }
}

const openFile = (path: string): BetterSqlite3.Database => new BetterSqlite3(path, { fileMustExist: true });

/**
 * Keeps the current data file under another name. It also stays in place until another file is renamed over it, so that
 * there is a complete data file at every moment.
 * @returns the name
 * @throws ValidationError if a command has it open
 */
function keepOldFile(dataFile: string): string {
  const kept = dataFile.replace(/roster\.db$/, `replaced-${dated(new Date())}.db`);
  const [log, keptLog] = [`${dataFile}-wal`, `${kept}-wal`];
  if (existsSync(log)) copyFileSync(log, keptLog);
  // Keeps what cannot be merged into a damaged file next to it.
  if (mergeWal(dataFile)) rmSync(keptLog, { force: true });
  for (const end of ["-wal", "-shm"]) rmSync(dataFile + end, { force: true });
  try {
    linkSync(dataFile, kept);
  } catch {
    copyFileSync(dataFile, kept);
    syncToDisk(kept);
  }
  return kept;
}

/** Merges everything since the last checkpoint into the file. @returns false if it is damaged */
function mergeWal(dataFile: string): boolean {
  const connection = openFile(dataFile);
  try {
    connection.pragma("journal_mode = DELETE");
    return true;
  } catch (error) {
    if (!isBusy(error)) return false;
    throw new ValidationError("A command has the data file open. Nothing was changed; try again in a moment");
  } finally {
    connection.close();
  }
}
