import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { root } from "./root.ts";
import { decodeText } from "./text-file.ts";

/** Every fault of the settings, one line each. */
export class ConfigError extends Error {}

/** A secret of the installation's own: made when it is first asked for, readable by its owner alone. @throws ConfigError */
export function readOrCreateSecret(dataDir: string, name: "session-secret" | "factor-secret"): string {
  makeDataDir(dataDir);
  const file = join(dataDir, name);
  if (!existsSync(file)) makeSecret(file);
  const secret = decodeText(readFileSync(file))?.trim() ?? "";
  if (secret.length < 32) {
    const setting = name === "session-secret" ? "SESSION_SECRET" : "DATA_DIR";
    throw new ConfigError(`${setting}: ${file} holds none; delete it and start again`);
  }
  return secret;
}

/** It appears whole or not at all, whatever happens meanwhile; of two processes that make it the first wins. */
function makeSecret(file: string): void {
  const part = `${file}.${process.pid}.part`;
  try {
    writeFileSync(part, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flush: true });
    linkSync(part, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(part, { force: true });
  }
}

/** The folder for everything kept on disk. @throws ConfigError where it cannot be made or written to */
export function makeDataDir(dataDir: string): void {
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    throw new ConfigError(`DATA_DIR: ${error instanceof Error ? error.message : error}`);
  }
}

/** Not mkdir's own recursion: in /proc, where no folder can be made, Node.js goes round in it for ever. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it in this instant.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** What was meant: container tools hand over a file's byte order mark and carriage returns as part of a value. */
export const cleaned = (value = ""): string => value.replace(/^\ufeff|\r+$/g, "");

/** Whatever the other settings say. */
export function resolveDataDir({ DATA_DIR }: NodeJS.ProcessEnv): string {
  return resolve(root, cleaned(DATA_DIR) || "data");
}
