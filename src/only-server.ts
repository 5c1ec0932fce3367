import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { ConfigError, makeDataDir } from "./config.ts";

/**
 * Takes the data folder for this server (or `restore`) alone, until the process ends in whatever way: a lock on a file
 * of its own, for which SQLite's locks are used, so that none is left behind. Commands beside a server do not take it.
 * @returns what gives it back
 * @throws ConfigError in one line where another process has it
 */
export function holdDataDir(dataDir: string): () => void {
  makeDataDir(dataDir);
  // Nothing else in this process may open the file: closing it would drop the lock (POSIX).
  const lock = new BetterSqlite3(join(dataDir, "server.lock"), { timeout: 0 });
  try {
    // Nothing is ever written to it, so that no journal needs a file either.
    lock.pragma("journal_mode = MEMORY");
    lock.pragma("locking_mode = EXCLUSIVE");
    lock.exec("begin exclusive");
  } catch (error) {
    lock.close();
    const isHeld = Error.isError(error) && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
    if (isHeld) throw new ConfigError(`DATA_DIR: a Roster server is running on ${dataDir}; stop it first`);
    throw error;
  }
  return () => lock.close();
}
