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
 * The path of one of the program's own files, in the package's folder. The executable contains them, but native parts
 * must be files: when they are first needed, it writes all of them to the data folder, once per version.
 * @throws ConfigError if the data folder is not writable
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

/** The folder appears complete or not at all; if two processes create it, the first one wins. */
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

/** Deletes what other versions of the executable left; for the only server of its data folder. */
export function removeOtherAssets(): void {
  const folder = runtimeFolder();
  const own = getAsset(hashKey, "utf8");
  for (const name of readdirSync(folder)) {
    if (name !== own) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
