import { createWriteStream, existsSync, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { renameDurably } from "../platform/files.ts";
import { requireWritableFolder } from "../platform/system-errors.ts";
import { ValidationError } from "../roles/errors.ts";

// Creates files that only the operator can read, and overwrites nothing.

/** Call it before reading anything. @throws ValidationError, or the system's error that names the folder */
export function requireNewFile(file: string): void {
  if (existsSync(file)) throw new ValidationError(`${file} already exists. Nothing was overwritten.`);
  requireWritableFolder(file);
}

/**
 * Writes an export to a new file, which gets its name once it is complete.
 * @param read the text of what the command exports; it calls `count` with the number of rows in each batch
 * @returns how many rows there are
 */
export async function writeExport(
  file: string,
  read: (count: (rows: number) => void) => AsyncIterable<string>,
): Promise<number> {
  const part = `${file}.${process.pid}.part`;
  let total = 0;
  const text = read((rows) => {
    total += rows;
  });
  try {
    await pipeline(text, createWriteStream(part, { mode: 0o600, flush: true }));
    renameDurably(part, file);
    return total;
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
