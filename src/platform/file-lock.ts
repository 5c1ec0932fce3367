import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { ConfigError, makeDataDir } from "./data-dir.ts";

/**
 * Locks the data folder for this server (or `restore`, or `move`) until the process ends, in any way. Commands that
 * work while a server runs do not lock it.
 * @returns a function that releases the lock
 * @throws ConfigError in one line if another process holds it
 */
export function lockDataDir(dataDir: string): () => void {
  makeDataDir(dataDir);
  const release = lockFile(join(dataDir, "server.lock"), { wait: 0 });
  if (!release) throw new ConfigError(`DATA_DIR: a Roster server is using ${dataDir}. Stop it first`);
  return release;
}

/**
 * SQLite's own lock on an empty file: the system releases it when the process ends, so no lock is left behind. Nothing
 * else in this process may open the file, because closing it would also release the lock (POSIX).
 * @param options `wait` is how many milliseconds to wait while another process holds it
 * @returns a function that releases the lock; undefined if another process still holds it
 */
export function lockFile(file: string, { wait }: { wait: number }): (() => void) | undefined {
  const lock = new BetterSqlite3(file, { timeout: wait });
  try {
    // Nothing is ever written to the file, so it needs no journal file either.
    lock.pragma("journal_mode = MEMORY");
    lock.pragma("locking_mode = EXCLUSIVE");
    lock.exec("begin exclusive");
    return () => lock.close();
  } catch (error) {
    lock.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

/** Whether SQLite reports that another process holds a lock. */
export function isBusy(error: unknown): boolean {
  return Error.isError(error) && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
}
