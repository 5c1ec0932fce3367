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

/** All errors in the settings, one per line. */
export class ConfigError extends Error {}

/**
 * A secret of this installation, created when it is first needed and readable only by its owner. @throws ConfigError
 */
export function readOrCreateSecret(dataDir: string, name: "session-secret" | "factor-secret"): string {
  makeDataDir(dataDir);
  const file = join(dataDir, name);
  if (!existsSync(file)) makeSecret(file);
  const secret = decodeText(readFileSync(file))?.trim() ?? "";
  if (secret.length < 32) {
    const setting = name === "session-secret" ? "SESSION_SECRET" : "DATA_DIR";
    throw new ConfigError(`${setting}: ${file} contains no secret. Delete it and start again`);
  }
  return secret;
}

/** The file appears complete or not at all; if two processes create it, the first one wins. */
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

/** The folder for everything on disk. @throws ConfigError if Roster cannot create it or write to it */
export function makeDataDir(dataDir: string): void {
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    throw new ConfigError(`DATA_DIR: ${error instanceof Error ? error.message : error}`);
  }
}

/** Not mkdir's `recursive`: in /proc, where nobody can create folders, it loops forever. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have just created it.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** Removes the byte order mark and carriage returns of a file that container tools pass along in a value. */
export const trimSetting = (value = ""): string => value.replace(/^\ufeff|\r+$/g, "");

export function resolveDataDir({ DATA_DIR }: NodeJS.ProcessEnv): string {
  return resolve(root, trimSetting(DATA_DIR) || "data");
}
