import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { getAsset, getAssetKeys } from "node:sea";
import { makeDataDir, resolveDataDir } from "./data-dir.ts";
import { loadDotEnv } from "./dot-env.ts";
import { isExecutable, root } from "./root.ts";

/** The name of the asset that holds the hash of all others. */
const hashKey = "hash";
const runtime = ".runtime";

let unpacked: string | undefined;

/**
 * Where the program's own files lie: in the package's folder. An executable has them inside, and native parts have to be
 * files: at the first need it writes all of them into the data folder, once for each version.
 * @throws ConfigError where the data folder cannot be written to
 */
export function asset(name: string): string {
  unpacked ??= isExecutable ? unpack() : root;
  return join(unpacked, name);
}

function runtimeFolder(): string {
  loadDotEnv();
  const dataDir = resolveDataDir(process.env);
  makeDataDir(dataDir);
  return join(dataDir, runtime);
}

/** The folder appears whole or not at all; of two processes that make it the first wins. */
function unpack(): string {
  const folder = join(runtimeFolder(), getAsset(hashKey, "utf8"));
  if (existsSync(folder)) return folder;
  const part = `${folder}.${process.pid}.part`;
  try {
    for (const key of getAssetKeys()) {
      mkdirSync(dirname(join(part, key)), { recursive: true, mode: 0o700 });
      writeFileSync(join(part, key), new Uint8Array(getAsset(key)), { mode: 0o600, flush: true });
    }
    renameSync(part, folder);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** What other versions of the executable have left; for the one server on its data folder. */
export function removeOtherAssets(): void {
  const folder = runtimeFolder();
  const own = getAsset(hashKey, "utf8");
  for (const name of readdirSync(folder)) {
    if (name !== own) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
