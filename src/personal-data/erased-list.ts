import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../platform/data-dir.ts";
import { renameDurably } from "../platform/files.ts";

/**
 * An erased user. Both together identify one: an ID alone would name someone else after the data folder was used for
 * another installation.
 */
export type ErasedUser = { id: number; createdAt: string };

const entry = z.object({ id: z.int().min(1), createdAt: z.iso.datetime() });
const isSame = (one: ErasedUser, other: ErasedUser): boolean =>
  one.id === other.id && one.createdAt === other.createdAt;

/** In the data folder, outside of the data file: a restored older copy must not bring anyone back. */
const listName = "erased-users.jsonl";

/** Nothing in it is personal. @throws ConfigError if it is damaged */
export function readErasedList(folder: string): ErasedUser[] {
  const file = join(folder, listName);
  if (!existsSync(file)) return [];
  try {
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    return lines.map((line) => entry.parse(JSON.parse(line)));
  } catch {
    throw new ConfigError(`DATA_DIR: ${file} cannot be read. Restore it from a copy, or delete it to start a new list`);
  }
}

/** Adds those that are missing, durably and completely or not at all. @returns how many they were */
export function addToErasedList(folder: string, users: readonly ErasedUser[]): number {
  const listed = readErasedList(folder);
  const added = users.filter((user) => !listed.some((known) => isSame(known, user)));
  if (added.length === 0) return 0;
  const part = join(folder, `${listName}.${process.pid}.part`);
  const text = [...listed, ...added].map(({ id, createdAt }) => `${JSON.stringify({ id, createdAt })}\n`).join("");
  writeFileSync(part, text, { mode: 0o600, flush: true });
  renameDurably(part, join(folder, listName));
  return added.length;
}

export const missingIn = (listed: readonly ErasedUser[], users: readonly ErasedUser[]): ErasedUser[] =>
  users.filter((user) => !listed.some((known) => isSame(known, user)));
