import { closeSync, fsyncSync, openSync, renameSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Flushes a file's contents to the disk. Never for a file that SQLite has open: closing it here drops SQLite's locks.
 */
export function syncToDisk(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Renames within a folder, so that the new name survives a power cut. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  // Windows cannot flush folders, and does not need to.
  if (process.platform !== "win32") syncToDisk(dirname(to));
}
