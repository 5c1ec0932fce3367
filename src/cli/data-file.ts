import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { type Config, loadDotEnv, readConfig } from "../config.ts";
import { Refusal } from "./command.ts";

/** For commands that are given one: a path, seen from where the command was typed (npm goes to the package's folder). */
export const file = z
  .string("Say which FILE")
  .min(1, "Say which FILE")
  .transform((path) => resolve(process.env.INIT_CWD ?? ".", path));

/** The settings, and where the data file is or will be, for commands that work on the file as it is. */
export function settingsForFile(): { config: Config; dataFile: string } {
  process.umask(0o077);
  loadDotEnv();
  const config = readConfig(process.env);
  return { config, dataFile: join(config.dataDir, "roster.db") };
}

/** @throws Refusal where there is none: opening it would make one */
export function requireDataFile(dataFile: string): void {
  if (!existsSync(dataFile)) throw new Refusal(`There is no data file ${dataFile} (DATA_DIR)`);
}
