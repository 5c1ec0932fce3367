import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { type Config, readConfig } from "../config.ts";
import { resolveDataDir } from "../platform/data-dir.ts";
import { loadDotEnv } from "../platform/dot-env.ts";
import { ValidationError } from "../roles/errors.ts";

/** Resolves a path that was given to a command from where it was typed (npm changes to the package's folder). */
export const fileArgument = z
  .string("FILE is missing")
  .min(1, "FILE is missing")
  .transform((path) => resolve(process.env.INIT_CWD ?? ".", path))
  .meta({ form: "FILE" });

/**
 * The server's settings.
 * @param allowsNew for the few commands that create a data file, or check whether there is one
 * @throws ValidationError if there is no data file; nothing is created then
 */
export function loadSettings({ allowsNew = false, createsSecret = true } = {}): Config {
  process.umask(0o077);
  loadDotEnv();
  if (!allowsNew && !process.env.DATABASE_URL) requireDataFile(dataFilePath({ dataDir: resolveDataDir(process.env) }));
  return readConfig(process.env, { createsSecret });
}

/**
 * The settings, and the data file's path, for commands that work on the file itself.
 * @throws ValidationError if the data is in PostgreSQL
 */
export function loadFileSettings(options = {}): { config: Config; dataFile: string } {
  const config = loadSettings(options);
  if (config.databaseUrl !== undefined)
    throw new ValidationError(
      "The data is in PostgreSQL (DATABASE_URL). Copy and restore it with the tools of PostgreSQL",
    );
  return { config, dataFile: dataFilePath(config) };
}

export const dataFilePath = ({ dataDir }: Pick<Config, "dataDir">): string => join(dataDir, "roster.db");

/** @throws ValidationError if there is none, because opening it would create one */
export function requireDataFile(dataFile: string): void {
  if (!existsSync(dataFile))
    throw new ValidationError(
      `The data file ${dataFile} does not exist (DATA_DIR). Start Roster once, or restore a backup`,
    );
}
