import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { untilOpen } from "./nginx.ts";

/** Where Debian has Apache's modules. */
const modules = "/usr/lib/apache2/modules";
const needed = ["mpm_event", "authn_core", "authz_core", "authz_user", "dir", "mime", "auth_openidc"];

/** Whether the machine has Apache with mod_auth_openidc. */
export const hasApache = (): boolean => existsSync(join(modules, "mod_auth_openidc.so"));

/**
 * Runs Apache with a site, and waits until it listens on `port`.
 * @param site gets the folder of the site's files
 * @returns stops it
 */
export async function startApache(
  site: (documents: string) => string,
  { port, page }: { port: number; page: string },
): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "roster-apache-"));
  const documents = join(folder, "site");
  mkdirSync(documents);
  // Apache's children run as another user.
  for (const path of [folder, documents]) chmodSync(path, 0o755);
  writeFileSync(join(documents, "index.html"), page, { mode: 0o644 });
  const lines = [
    ...needed.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`),
    ...[`PidFile ${folder}/pid`, `ErrorLog ${folder}/error.log`, `DefaultRuntimeDir ${folder}`],
    ...["User www-data", "Group www-data", "ServerName localhost", "TypesConfig /dev/null"],
    ...["DirectoryIndex index.html", site(documents)],
  ];
  writeFileSync(join(folder, "apache.conf"), lines.join("\n"));
  const args = ["-d", folder, "-f", join(folder, "apache.conf"), "-DFOREGROUND"];
  const apache = spawn("/usr/sbin/apache2", args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  apache.stderr.on("data", (part) => {
    said += part;
  });
  const ended = new Promise((resolve) => apache.once("exit", resolve));
  const failed = ended.then(() => Promise.reject(new Error(`Apache ended: ${said}`)));
  await Promise.race([untilOpen(port), failed]);
  failed.catch(() => undefined);
  return async () => {
    apache.kill();
    await ended;
    rmSync(folder, { recursive: true });
  };
}
