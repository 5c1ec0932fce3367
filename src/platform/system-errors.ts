import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { typedForCommands } from "./root.ts";

export const howToRestore = `Restore a backup: ${typedForCommands} restore FILE`;

/** System errors about a path, in words. */
const pathWords: Record<string, string> = {
  ENOENT: "does not exist",
  EACCES: "can't be read or written (permission denied)",
  EPERM: "can't be changed (not permitted)",
  EISDIR: "is a folder, not a file",
  ENOTDIR: "has a file in its path where a folder must be",
  EEXIST: "already exists",
  EROFS: "can't be written (its disk is mounted read-only)",
};

const sqliteWords: Record<string, string> = {
  SQLITE_BUSY: "The data file is busy. Try again in a moment",
  SQLITE_CORRUPT: `The data file is damaged. ${howToRestore}`,
  SQLITE_NOTADB: `The data file is damaged. ${howToRestore}`,
  SQLITE_CANTOPEN: "The data file can't be opened. Check the owner and permissions of its folder",
  SQLITE_READONLY: "The data file can't be written. Check its owner and permissions, and how its disk is mounted",
  SQLITE_IOERR: "The disk failed to read or write the data file. Check the disk",
};

/** An error of the system or of SQLite as one plain line; undefined for other errors. */
export function describeSystemError(error: unknown): string | undefined {
  if (!Error.isError(error) || !("code" in error)) return undefined;
  const code = String(error.code);
  if (["ENOSPC", "EDQUOT", "SQLITE_FULL"].includes(code)) return "The disk is full. Free some space and try again";
  if (code === "ERR_DLOPEN_FAILED")
    return `A part of Roster can't be loaded from the data folder: its disk may be mounted noexec. Choose another DATA_DIR (${error.message})`;
  // Knex puts the statement with its values into the message, which may include a password's hash.
  if (code.startsWith("SQLITE_"))
    return sqliteWords[code.split("_", 2).join("_")] ?? `The data file can't be read or written (${code})`;
  const path = "path" in error ? error.path : undefined;
  return path && pathWords[code] ? `${path} ${pathWords[code]}` : undefined;
}

/** For a file that is about to be created. @throws the system's error, which names the folder */
export function requireWritableFolder(file: string): void {
  const folder = dirname(file);
  // With a slash at the end, the path is only found if it is a folder.
  statSync(`${folder}/`);
  accessSync(folder, constants.W_OK);
}
