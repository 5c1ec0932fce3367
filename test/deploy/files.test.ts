import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { root } from "../../src/platform/root.ts";
import { isInstalled } from "../support/nginx.ts";
import { addressOf, run } from "../support/process.ts";

const read = (name: string): string => readFileSync(join(root, "docs/deploy", name), "utf8");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roster-deploy-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("the unit and the Dockerfile start what is there, and the unit's sandbox is on", () => {
  const unit = read("roster.service");
  expect(unit).toContain("ExecStart=/usr/bin/node src/run.cjs src/server.ts\n");
  for (const option of ["ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "SystemCallFilter="]) {
    expect(unit).toContain(`\n${option}`);
  }
  expect(read("Dockerfile")).toContain('CMD ["node", "src/run.cjs", "src/server.ts"]');
});

// Its versions before 250 know no --offline.
if (isInstalled("systemd-analyze", ["--offline=true", "--version"])) {
  const analyze = (...args: string[]) => {
    const unit = join(folder, "roster.service");
    writeFileSync(unit, read("roster.service").replaceAll("/usr/bin/node", process.execPath));
    const { status, stdout, stderr } = spawnSync("systemd-analyze", [...args, unit], { encoding: "utf8" });
    return { status, said: stdout + stderr };
  };

  test("systemd finds no fault in the unit", () => {
    const { status, said } = analyze("verify", "--man=no");
    // It tells of the machine's other units too.
    const lines = said.split("\n").filter((line) => line.includes("roster.service"));
    expect([status, lines]).toEqual([0, []]);
  });

  test("systemd finds the unit's sandbox closed to 1.5 of 10", () => {
    expect(analyze("security", "--offline=true", "--no-pager", "--threshold=15").status).toBe(0);
  });
} else process.stdout.write("systemd is not installed: the unit in docs/deploy was not verified\n");

test("what the Dockerfile copies is all that Roster needs, and it says that it is alive", async () => {
  const dockerfile = read("Dockerfile");
  const copied = [...dockerfile.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names = ""]) => names.split(" "));
  const unignored = read("Dockerfile.dockerignore").split("\n").filter(Boolean);
  expect(unignored).toEqual(["*", ...copied.map((name) => `!${name}`)]);
  const image = join(folder, "image");
  mkdirSync(image);
  for (const name of copied) cpSync(join(root, name), join(image, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(image, "node_modules"));

  const [healthy = [], start = []] = [...dockerfile.matchAll(/CMD \["node", (.+)\]$/gm)].map(([, args]): string[] =>
    JSON.parse(`[${args}]`),
  );
  const program = start.map((file) => join(image, file));
  const server = run(process.execPath, program, { PORT: "0", DATA_DIR: join(folder, "data") });
  const PORT = (await addressOf(server)).split(":").at(-1) ?? "";
  expect(await run(process.execPath, healthy, { PORT }).ended).toBe(0);
  server.child.kill("SIGTERM");
  expect(await server.ended).toBe(0);
  expect(await run(process.execPath, healthy, { PORT }).ended).toBe(1);
});
