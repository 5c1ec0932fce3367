import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../src/platform/root.ts";

/**
 * Roster's files in a folder for one test, which may have a `.env`. @returns the folder, and a function to remove it
 */
export function copyInstallation(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "roster-installed-"));
  chmodSync(folder, 0o755);
  for (const name of ["src", "migrations", "seeds", "views", "public", "package.json"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  mkdirSync(join(folder, "data"), { mode: 0o700 });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
