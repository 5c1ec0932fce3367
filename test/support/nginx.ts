import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.ts";

/** Whether the machine has the program. */
export function isInstalled(program: string, args: string[] = ["-v"]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Waits until something listens on the port. */
export async function untilOpen(port: number): Promise<void> {
  await eventually(
    () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
        socket.once("connect", () => socket.destroy());
      }),
  );
}

const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/** Runs nginx with what a recipe puts into `http { … }`, and waits until it listens on `port`. @returns stops it */
export async function startNginx(http: string, port: number): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "roster-nginx-"));
  chmodSync(folder, 0o755);
  const paths = temporary.map((name) => `${name}_temp_path ${folder}/${name};`);
  const lines = [`pid ${folder}/pid;`, "daemon off;", "events {}", "http {", "access_log off;", ...paths, http, "}"];
  writeFileSync(join(folder, "nginx.conf"), lines.join("\n"));
  const nginx = spawn("nginx", ["-p", folder, "-e", join(folder, "error.log"), "-c", join(folder, "nginx.conf")], {
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => nginx.once("exit", resolve));
  await untilOpen(port);
  return async () => {
    nginx.kill();
    await ended;
    rmSync(folder, { recursive: true });
  };
}
