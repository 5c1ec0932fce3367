import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { ownCommand } from "../platform/root.ts";
import { backupName, isPart, parseBackupTime } from "./names.ts";

export type BackupSettings = Pick<Config, "backupDir" | "backupEvery" | "backupKeep">;

/** How soon to retry after a failure, or after the usual interval if that is shorter. Milliseconds. */
const retryAfter = 10 * 60_000;
/** The clock may be changed and the machine may sleep, so the time is checked this often. Milliseconds. */
const pollIntervalMs = 60_000;

/**
 * Makes a verified copy whenever the newest one in the folder is `every` old, and deletes all but the newest `keep`. A
 * separate process does it, because verifying takes a while and pages must not wait.
 * @returns a function that stops it, once a copy under way is done
 */
export function startBackups(settings: BackupSettings, logger: Logger): () => Promise<void> {
  const { backupDir: folder, backupEvery: every, backupKeep: keep } = settings;
  if (folder === undefined) return async () => undefined;
  let timer: NodeJS.Timeout;
  let running = Promise.resolve();
  let next = newestIn(folder) + every;

  const check = (): void => {
    running = work().finally(() => {
      timer = setTimeout(check, Math.min(pollIntervalMs, Math.max(0, next - Date.now())));
    });
  };
  const work = async (): Promise<void> => {
    if (Date.now() < next) return;
    try {
      const file = await backUpInto(folder);
      next = Date.now() + every;
      logger.info({ file, removed: removeOld(folder, keep) }, "backed up");
    } catch (error) {
      next = Date.now() + Math.min(every, retryAfter);
      logger.error({ reason: reasonOf(error), again: new Date(next) }, "the backup failed");
    }
  };
  check();
  return async () => {
    await running;
    clearTimeout(timer);
  };
}

/** @returns the file's name */
async function backUpInto(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = backupName(new Date());
  const [program, ...args] = ownCommand;
  await promisify(execFile)(program, [...args, "backup", join(folder, file)]);
  return file;
}

/** The command's output, or why it could not be started. */
function reasonOf(error: unknown): string {
  const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
  return said || String(error);
}

/** Oldest first. One dated in the future, from a wrong clock, does not count as a backup and is not deleted. */
function backupsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => (parseBackupTime(name) ?? Number.POSITIVE_INFINITY) <= Date.now())
    .sort();
}

/** Copies in the folder that are dated in the future. @throws if the folder cannot be read */
export function futureBackupsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => (parseBackupTime(name) ?? 0) > Date.now());
}

/** When the newest copy was made; 0 if there is none, or no folder yet. */
function newestIn(folder: string): number {
  try {
    return parseBackupTime(backupsIn(folder).at(-1) ?? "") ?? 0;
  } catch {
    return 0;
  }
}

/** Only files that have a backup's name, and unfinished ones of a killed process. @returns how many copies */
function removeOld(folder: string, keep: number): number {
  const old = backupsIn(folder).slice(0, -keep);
  const halves = readdirSync(folder).filter(isPart);
  for (const name of [...old, ...halves]) rmSync(join(folder, name), { force: true });
  return old.length;
}
