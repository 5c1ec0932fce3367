import { readFileSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { distance } from "fastest-levenshtein";
import { ConfigError } from "./data-dir.ts";
import { root } from "./root.ts";
import { decodeText } from "./text-file.ts";

const dotEnvFile = join(root, ".env");

/** Reads `.env` next to the package into the environment, which wins. @throws ConfigError */
export function loadDotEnv(file = dotEnvFile, env = process.env): void {
  for (const [name, value] of Object.entries(readDotEnv(file))) env[name] ??= value;
}

/** The contents of the file, empty if there is none. @throws ConfigError in one line if it cannot be read */
function readDotEnv(file: string): NodeJS.Dict<string> {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return {};
  const text = decodeText(readBytes(file, stat));
  if (text === undefined) throw new ConfigError(`${file} is not UTF-8 text. Save it as UTF-8`);
  return parseEnv(text.replace(/\r\n?/g, "\n"));
}

function readBytes(file: string, { mode, uid, gid }: Stats): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (!Error.isError(error) || !("code" in error)) throw error;
    const owner = `its owner is ${uid}:${gid} with mode ${(mode & 0o777).toString(8).padStart(4, "0")}`;
    const own = `this is ${process.getuid?.()}:${process.getgid?.()}`;
    throw new ConfigError(`${file} can't be read (${error.code}): ${owner}, and ${own}`);
  }
}

/** Names in `.env` that look like a mistyped setting, as lines that name both. */
export function misspelledSettings(settings: readonly string[]): string[] {
  return Object.keys(readDotEnv(dotEnvFile)).flatMap((name) => {
    if (settings.includes(name)) return [];
    const meant = settings.find((setting) => distance(name.toUpperCase(), setting) <= Math.min(2, setting.length / 4));
    return meant ? [`${name} in .env is not a setting. Did you mean ${meant}?`] : [];
  });
}
