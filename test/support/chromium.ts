import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const modules = join(import.meta.dirname, "../../node_modules");
const packed = join(modules, "@sparticuz/chromium");

// The machine's fonts and the package's one: without any font Chromium crashes. (The package's own file names /tmp.)
const fontsConf = `<?xml version="1.0"?>
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
</fontconfig>
`;

/** The environment that workers need to start Chromium; empty if the packed one does not fit the machine. */
export async function findChromium(): Promise<Record<string, string>> {
  if (process.env.CHROMIUM_PATH || process.platform !== "linux" || process.arch !== "x64") return {};
  const folder = await unpackOnce();
  const path = join(folder, "chromium");
  const libraries = starts(path) ? {} : { CHROMIUM_LIBRARIES: join(folder, "al2023/lib") };
  return { CHROMIUM_PATH: path, FONTCONFIG_FILE: join(folder, "fonts/fonts.conf"), ...libraries };
}

/** The package unpacks to os.tmpdir() and uses whatever is there already, so it gets its own folder. */
async function unpackOnce(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(packed, "package.json"), "utf8"));
  const folder = join(modules, `.cache/chromium-${version}`);
  if (existsSync(folder)) return folder;

  const unpacked = `${folder}-${process.pid}`;
  mkdirSync(unpacked, { recursive: true });
  const tmpdir = process.env.TMPDIR;
  process.env.TMPDIR = unpacked;
  try {
    const { default: chromium, inflate } = await import("@sparticuz/chromium");
    await chromium.executablePath();
    await inflate(join(packed, "bin/al2023.tar.br"));
    writeFileSync(join(unpacked, "fonts/fonts.conf"), fontsConf);
    renameSync(unpacked, folder); // in one step: an interrupted run leaves no half of a browser behind
  } catch (error) {
    if (!existsSync(folder)) throw error; // else another run was faster
  } finally {
    if (tmpdir === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = tmpdir;
    rmSync(unpacked, { recursive: true, force: true });
  }
  return folder;
}

/** False if the machine lacks libraries such as libnss3. */
function starts(path: string): boolean {
  try {
    execFileSync(path, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
