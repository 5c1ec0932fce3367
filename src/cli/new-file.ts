import { createWriteStream, existsSync, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { renameDurably } from "../platform/files.ts";
import { requireWritableFolder } from "../platform/system-errors.ts";
import { ValidationError } from "../roles/errors.ts";

// Creates files that only the operator can read, and overwrites nothing.

/** Call it before reading anything. @throws ValidationError, or the system's error that names the folder */
export function requireNewFile(file: string): void {
  if (existsSync(file)) throw new ValidationError(`${file} already exists. Nothing was overwritten`);
  requireWritableFolder(file);
}

/** A file gets its name once it is complete; only its owner can read it. */
export async function writeNewFile(file: string, text: AsyncIterable<string>): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    await pipeline(text, createWriteStream(part, { mode: 0o600, flush: true }));
    renameDurably(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
