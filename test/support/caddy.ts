import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { untilOpen } from "./nginx.ts";

/** Runs Caddy with a site, and waits until it listens on `port`. @returns stops it */
export async function startCaddy(site: string, port: number): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "roster-caddy-"));
  const file = join(folder, "Caddyfile");
  writeFileSync(file, `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${site}`);
  const env = { PATH: process.env.PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const caddy = spawn("caddy", ["run", "--config", file, "--adapter", "caddyfile"], { stdio: "ignore", env });
  const ended = new Promise((resolve) => caddy.once("exit", resolve));
  await untilOpen(port);
  return async () => {
    caddy.kill();
    await ended;
    rmSync(folder, { recursive: true });
  };
}
