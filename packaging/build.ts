import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { root } from "../src/platform/root.ts";
import { nativeParts, nativeReplacements } from "./native.ts";

// npm run package -- [FILE]: builds a single executable (dist/roster) with Roster, its packages, their native parts and
// this Node.js, for machines like this one (Node.js's "single executable applications").

const file = resolve(process.argv[2] ?? join(root, "dist", process.platform === "win32" ? "roster.exe" : "roster"));
const work = `${file}.parts`;

/** Optional database drivers of Knex that are not installed. */
const drivers = [
  "mariadb/callback",
  "mysql",
  "mysql2",
  "oracledb",
  "pg",
  "pg-native",
  "pg-query-stream",
  "sqlite3",
  "tedious",
];

function isMissing(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return false;
  } catch {
    return true;
  }
}

const options: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node26",
  keepNames: true,
  logLevel: "warning",
  external: drivers.filter(isMissing),
  // Older packages expect these, but the bundle is an ES module.
  define: { "import.meta.url": "ownAddress", "import.meta.dirname": "__dirname" },
  banner: {
    js: `import { createRequire as requireFrom } from "node:module";
import { pathToFileURL as addressOf } from "node:url";
const require = requireFrom(process.execPath);
const [__filename, __dirname, ownAddress] = [process.execPath, ".", addressOf(process.execPath).href];`,
  },
};

async function bundle(from: string, to: string, plugins: BuildOptions["plugins"] = []): Promise<string> {
  const outfile = join(work, to);
  await build({ ...options, entryPoints: [from], outfile, plugins });
  return outfile;
}

/** Includes names and contents, so that each version unpacks into its own folder. */
function hashOf(assets: Record<string, string>): string {
  const hash = createHash("sha256");
  for (const [name, path] of Object.entries(assets)) hash.update(`${name}\0`).update(readFileSync(path));
  return hash.digest("hex").slice(0, 16);
}

/** This Node.js without debug symbols, which saves a fifth; unchanged if the machine has no `strip`. */
function runtime(): string {
  const stripped = join(work, "node");
  const { status } = spawnSync("strip", ["-o", stripped, process.execPath], { stdio: "ignore" });
  return process.platform === "linux" && status === 0 ? stripped : process.execPath;
}

mkdirSync(work, { recursive: true });
try {
  const main = await bundle("src/executable.ts", "executable.mjs", [nativeReplacements()]);
  const assets: Record<string, string> = {
    "strength-worker.mjs": await bundle("src/passwords/strength-worker.ts", "strength-worker.mjs"),
    "migrate-worker.mjs": await bundle("src/database/migrate-worker.ts", "migrate-worker.mjs", [
      nativeReplacements(["better-sqlite3"]),
    ]),
    ...nativeParts(),
  };
  for (const name of globSync("{views,public}/**/*.*", { cwd: root }).sort()) assets[name] = join(root, name);
  const hash = join(work, "hash");
  writeFileSync(hash, hashOf(assets));

  const settings = {
    main,
    mainFormat: "module",
    useCodeCache: true,
    executable: runtime(),
    output: file,
    disableExperimentalSEAWarning: true,
    // Ignore NODE_OPTIONS, which is meant for other programs.
    execArgvExtension: "none",
    assets: { ...assets, hash },
  };
  const sea = join(work, "sea.json");
  writeFileSync(sea, JSON.stringify(settings));
  execFileSync(process.execPath, ["--build-sea", sea], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  console.log(`${file}: ${Math.round(statSync(file).size / 1e6)} MB`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
