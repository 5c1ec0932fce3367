import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { ConfigError, makeDataDir } from "./data-dir.ts";

/**
 * Takes the data folder for this server (or `restore`, or `move`) alone, until the process ends in whatever way. Commands beside a
 * server do not take it.
 * @returns what gives it back
 * @throws ConfigError in one line where another process has it
 */
export function lockDataDir(dataDir: string): () => void {
  makeDataDir(dataDir);
  const release = lockFile(join(dataDir, "server.lock"), { wait: 0 });
  if (!release) throw new ConfigError(`DATA_DIR: a Roster server is running on ${dataDir}; stop it first`);
  return release;
}

/**
 * SQLite's own lock on a file that holds nothing: the system lifts it when the process ends, so that none is left behind.
 * Nothing else in this process may open the file, since closing it would lift the lock too (POSIX).
 * @param options `wait` for as long as another process has it, in milliseconds
 * @returns what gives it back; undefined where another process still has it
 */
export function lockFile(file: string, { wait }: { wait: number }): (() => void) | undefined {
  const lock = new BetterSqlite3(file, { timeout: wait });
  try {
    // Nothing is ever written to it, so that no journal needs a file either.
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

/** True for the error of SQLite that another process holds what is needed. */
export function isBusy(error: unknown): boolean {
  return Error.isError(error) && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
}
