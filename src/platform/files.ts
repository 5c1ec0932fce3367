import { closeSync, fsyncSync, openSync, renameSync } from "node:fs";
import { dirname } from "node:path";

/** Brings a file's content to the disk itself. Never for a file that SQLite has open: closing it here drops its locks. */
export function flush(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Renames within a folder, so that it is done also after a power cut. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  // Windows knows no such thing for folders, and needs none.
  if (process.platform !== "win32") flush(dirname(to));
}
