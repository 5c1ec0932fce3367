import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { settingNames } from "../../src/config.ts";
import { root } from "../../src/platform/root.ts";
import { isInstalled } from "../support/nginx.ts";
import { addressOf, run } from "../support/process.ts";
import { testIf } from "../support/test-if.ts";

const read = (name: string): string => readFileSync(join(root, "docs/deploy", name), "utf8");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roster-deploy-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("the systemd unit and the Dockerfile start files that exist, and the unit's sandbox is on", () => {
  const unit = read("roster.service");
  expect(unit).toContain("ExecStart=/usr/bin/node src/run.cjs src/server.ts\n");
  for (const option of ["ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "SystemCallFilter="]) {
    expect(unit).toContain(`\n${option}`);
  }
  expect(read("Dockerfile")).toContain('CMD ["node", "src/run.cjs", "src/server.ts"]');
});

// Versions before 250 do not know --offline.
const withSystemd = testIf(
  isInstalled("systemd-analyze", ["--offline=true", "--version"]),
  "systemd 250 is not installed",
);

function analyze(...args: string[]) {
  const unit = join(folder, "roster.service");
  writeFileSync(unit, read("roster.service").replaceAll("/usr/bin/node", process.execPath));
  const { status, stdout, stderr } = spawnSync("systemd-analyze", [...args, unit], { encoding: "utf8" });
  return { status, said: stdout + stderr };
}

withSystemd("systemd finds no fault in the unit", () => {
  const { status, said } = analyze("verify", "--man=no");
  // It also prints faults of the machine's other units.
  const lines = said.split("\n").filter((line) => line.includes("roster.service"));
  expect([status, lines]).toEqual([0, []]);
});

withSystemd("systemd rates the exposure of the unit's sandbox at 1.5 of 10 at most", () => {
  expect(analyze("security", "--offline=true", "--no-pager", "--threshold=15").status).toBe(0);
});

test("the Dockerfile copies everything that Roster needs, and its health check succeeds", async () => {
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

test("compose.yaml restricts the container as the docker run of README.md does, and its settings exist", () => {
  const compose = read("compose.yaml");
  const [, context = "", dockerfile = ""] = /context: (\S+)\n +dockerfile: (\S+)/.exec(compose) ?? [];
  expect(readFileSync(join(root, "docs/deploy", context, dockerfile), "utf8")).toBe(read("Dockerfile"));
  const [, run = ""] = /docker run -d([\s\S]*?) roster\n/.exec(read("README.md")) ?? [];
  const valuesOf = (option: string): string[] =>
    [...run.matchAll(new RegExp(`(?:^|\\s)${option} (\\S+)`, "g"))].map(([, value = ""]) => value);
  const [ports, volumes, tmpfs, dropped, security] = ["-p", "-v", "--tmpfs", "--cap-drop", "--security-opt"].map(
    valuesOf,
  );
  for (const [name, values] of Object.entries({ ports, volumes, tmpfs, cap_drop: dropped, security_opt: security })) {
    expect(values).toHaveLength(1);
    expect(compose).toMatch(new RegExp(`^    ${name}:\\n      - "?${values?.[0]}"?$`, "m"));
  }
  expect(compose).toContain(`\n    restart: ${valuesOf("--restart")}\n`);
  expect(compose).toContain(`\n    stop_grace_period: ${valuesOf("--stop-timeout")}s\n`);
  expect([run.includes("--read-only"), compose.includes("\n    read_only: true\n")]).toEqual([true, true]);
  const settings = [...compose.matchAll(/^ {6}([A-Z_]+): (.+)$/gm)].map(([, name = "", value = ""]) => [name, value]);
  expect(settings.map(([name]) => name).filter((name) => !settingNames.includes(name as never))).toEqual([]);
  for (const set of valuesOf("-e")) expect(settings).toContainEqual(set.split("=", 2));
});
