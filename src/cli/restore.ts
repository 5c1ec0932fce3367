import { accessSync, constants, copyFileSync, existsSync, linkSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { z } from "zod";
import { migrations } from "../../migrations/all.ts";
import { dated } from "../backups/names.ts";
import type { Config } from "../config.ts";
import { integrityErrorsOf, migrationsIn } from "../database/copy-queries.ts";
import { closeDatabase, openDatabase } from "../database/database.ts";
import { isFromBeforeRelease, migrate } from "../database/migrate.ts";
import { repeatErasures } from "../personal-data/erase-user.ts";
import { addToErasedList, readErasedList } from "../personal-data/erased-list.ts";
import { removeResidue } from "../personal-data/residue-queries.ts";
import { isBusy, lockDataDir } from "../platform/file-lock.ts";
import { renameDurably, syncToDisk } from "../platform/files.ts";
import { ValidationError } from "../roles/errors.ts";
import { findUndecryptableFactors } from "./check-factors.ts";
import { defineCommand, operator } from "./command.ts";
import { fileArgument, loadFileSettings } from "./data-file.ts";
import { deleteLogIns, failPendingMails, listErasedIn, recordRestore } from "./restore-queries.ts";

export const restore = defineCommand({
  summary: "checks a copy and replaces the data file with it; keeps the old data; stop the server first",
  schema: z.object({ file: fileArgument.meta({ description: "a copy made by backup" }) }),
  positional: "file",
  example: "/backups/roster-monday.db",
  run: async ({ file }) => {
    const { config, dataFile } = loadFileSettings({ allowsNew: true });
    const release = lockDataDir(config.dataDir);
    try {
      addToErasedList(config.dataDir, listErasedIn(dataFile));
      const { newest, heldMails, closedFactors, erasedAgain } = await prepare(file, config);
      const kept = existsSync(dataFile) ? keepOldFile(dataFile) : undefined;
      renameDurably(preparedFile(config.dataDir), dataFile);
      const lines = [
        `Restored ${file}${newest ? `, with data up to ${newest}` : ""}. Everyone must log in again.`,
        kept && `The previous data is in ${kept}`,
        heldMails > 0 && mailAdvice(heldMails),
        closedFactors > 0 && factorAdvice(closedFactors, config.dataDir),
        erasedAgain > 0 && `Users erased after this copy was made, now erased again: ${erasedAgain}`,
      ];
      const json = { file, newest: newest ?? null, kept: kept ?? null, heldMails, closedFactors, erasedAgain };
      return { lines, json };
    } finally {
      rmSync(folderFor(config.dataDir), { recursive: true, force: true });
      release();
    }
  },
});

const mailAdvice = (count: number): string =>
  `Queued emails in the copy that may have been sent since: ${count}. List them with list-mail --failed, send them with retry-mail`;

const factorAdvice = (count: number, dataDir: string): string =>
  `Users whose second factors cannot be decrypted: ${count}. Put factor-secret from the original data folder into ${dataDir}`;

/** Where the copy is prepared, on the same disk, so that one rename puts it in place. */
const folderFor = (dataDir: string): string => join(dataDir, "restoring");
const preparedFile = (dataDir: string): string => join(folderFor(dataDir), "roster.db");

type Prepared = { newest: string | undefined; heldMails: number; closedFactors: number; erasedAgain: number };

/** Does not change FILE itself. @throws ValidationError if it is damaged, not a data file of Roster, or from a newer one */
async function prepare(file: string, { dataDir, bcryptCost }: Config): Promise<Prepared> {
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
    const listed = [...readErasedList(dataDir), ...readErasedList(dirname(file))];
    const erasedAgain = await repeatErasures({ db, config: { dataDir, bcryptCost } }, { listed, actor: operator });
    if (erasedAgain > 0) await removeResidue(db);
    return { newest, heldMails, erasedAgain, closedFactors: (await findUndecryptableFactors(db, dataDir)).length };
  } finally {
    await closeDatabase(db);
    syncToDisk(preparedFile(dataDir));
  }
}

function requireSound(file: string, copy: string): void {
  const connection = openFile(copy);
  try {
    const done = migrationsIn(connection);
    if (!done) throw new ValidationError(`${file} is not a Roster data file`);
    if (isFromBeforeRelease(done))
      throw new ValidationError(`${file} is from before the first release. This version of Roster cannot open it`);
    const newer = done.find((name) => !(name in migrations));
    if (newer) throw new ValidationError(`${file} is from a newer Roster (it has "${newer}"). Update Roster first`);
    const [damage] = integrityErrorsOf(connection);
    if (damage) throw new ValidationError(`${file} is damaged: ${damage}`);
  } catch (error) {
    if (error instanceof ValidationError) throw error;
    throw new ValidationError(
      `${file} is damaged or not a Roster data file (${error instanceof Error ? error.message : error})`,
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
    throw new ValidationError("Another command has the data file open. Nothing was changed. Try again in a moment");
  } finally {
    connection.close();
  }
}
