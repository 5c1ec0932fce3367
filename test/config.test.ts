import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterAll, describe, expect, test } from "@jest/globals";
import { readConfig } from "../src/config.ts";
import { ConfigError } from "../src/platform/data-dir.ts";
import { loadDotEnv } from "../src/platform/dot-env.ts";
import { root } from "../src/platform/root.ts";

const folder = mkdtempSync(join(tmpdir(), "roster-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const secret = "s".repeat(32);
const read = (env: Record<string, string> = {}) => readConfig({ DATA_DIR: folder, SESSION_SECRET: secret, ...env });
/** Every setting of PRODUCT.md. */
const names = [
  ...["PORT", "HOST", "BASE_URL", "DATA_DIR", "DATABASE_URL", "SESSION_SECRET", "SESSION_IDLE", "SESSION_MAX"],
  ...[
    "PASSWORD_MIN_LENGTH",
    "BCRYPT_COST",
    "SMTP_URL",
    "MAIL_FROM",
    "SUPPORT_EMAIL",
    "ACTIVITY_KEEP",
    "BACKUP_DIR",
    "BACKUP_EVERY",
    "BACKUP_KEEP",
    "METRICS_TOKEN",
    "MIN_FREE_DISK",
    "API_RATE_LIMIT",
  ],
  ...["TRUST_PROXY", "LOG_LEVEL"],
];
const defaults = {
  port: 3_000,
  host: "127.0.0.1",
  baseUrl: undefined,
  dataDir: folder,
  sessionSecrets: [secret],
  sessionIdle: 2 * 3_600_000,
  sessionMax: 24 * 3_600_000,
  passwordMinLength: 15,
  bcryptCost: 12,
  smtpUrl: undefined,
  mailFrom: "Roster <roster@localhost>",
  supportEmail: undefined,
  activityKeep: undefined,
  backupDir: undefined,
  backupEvery: 24 * 3_600_000,
  backupKeep: 14,
  metricsToken: undefined,
  minFreeDisk: 100_000_000,
  apiRateLimit: 600,
  trustProxy: false,
  logLevel: "info",
};

test("the configuration without settings has the contract's defaults, and an empty value is no value", () => {
  expect(read()).toEqual(defaults);
  const empty = Object.fromEntries(names.map((name) => [name, ""]));
  expect(read({ ...empty, DATA_DIR: folder, SESSION_SECRET: secret })).toEqual(defaults);
});

test("a folder in the settings is relative to the package, wherever Roster is started", () => {
  expect(readConfig({ SESSION_SECRET: secret, DATA_DIR: "some/data" }).dataDir).toBe(join(root, "some/data"));
  expect(readConfig({ SESSION_SECRET: secret }).dataDir).toBe(join(root, "data"));
  expect(existsSync(join(root, "some"))).toBe(false);
});

test.each([
  ["PORT", "0", { port: 0 }],
  ["HOST", "::", { host: "::" }],
  ["BASE_URL", "https://Roster.example/", { baseUrl: "https://roster.example" }],
  ["BASE_URL", "http://roster.example:8080", { baseUrl: "http://roster.example:8080" }],
  ["SESSION_SECRET", `${"a".repeat(32)} , ${"b".repeat(40)}`, { sessionSecrets: ["a".repeat(32), "b".repeat(40)] }],
  ["SESSION_IDLE", "90s", { sessionIdle: 90_000 }],
  ["SESSION_IDLE", "30m", { sessionIdle: 1_800_000 }],
  ["SESSION_MAX", "7d", { sessionMax: 604_800_000 }],
  ["PASSWORD_MIN_LENGTH", "8", { passwordMinLength: 8 }],
  ["BCRYPT_COST", "10", { bcryptCost: 10 }],
  ["SMTP_URL", "smtps://u:p@mail.example:465", { smtpUrl: "smtps://u:p@mail.example:465" }],
  ["SMTP_URL", "smtp://u@a:12%2Fab@mail.example/?pool=true", { smtpUrl: "smtp://u@a:12%2Fab@mail.example/?pool=true" }],
  ["MAIL_FROM", "Accounts <a@acme.example>", { mailFrom: "Accounts <a@acme.example>" }],
  ["SUPPORT_EMAIL", "help@acme.example", { supportEmail: "help@acme.example" }],
  ["ACTIVITY_KEEP", "365d", { activityKeep: 365 * 86_400_000 }],
  ["BACKUP_DIR", "/var/backups/roster", { backupDir: "/var/backups/roster" }],
  ["BACKUP_DIR", "copies", { backupDir: join(root, "copies") }],
  ["BACKUP_EVERY", "1h", { backupEvery: 3_600_000 }],
  ["BACKUP_KEEP", "1", { backupKeep: 1 }],
  ["METRICS_TOKEN", "a-b.c_d~e+f/g=".repeat(3), { metricsToken: "a-b.c_d~e+f/g=".repeat(3) }],
  ["MIN_FREE_DISK", "0", { minFreeDisk: 0 }],
  ["API_RATE_LIMIT", "1", { apiRateLimit: 1 }],
  ["TRUST_PROXY", "true", { trustProxy: true }],
  ["TRUST_PROXY", "1", { trustProxy: 1 }],
  ["TRUST_PROXY", "loopback, 10.0.0.0/8", { trustProxy: "loopback, 10.0.0.0/8" }],
  ["LOG_LEVEL", "silent", { logLevel: "silent" }],
])("%s can be %s", (name, value, setting) => {
  expect(read({ [name]: value })).toEqual({ ...defaults, ...setting });
});

/** The lines that the start would fail with. */
function faults(env: Record<string, string>): string[] {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n");
    throw error;
  }
  return [];
}

const bad: Record<string, string[]> = {
  PORT: ["x", "-1", "65536", "3000.5", " ", "0x50"],
  BASE_URL: ["roster.example", "ftp://roster.example", "https://", "https://roster.example/path"],
  DATABASE_URL: [
    "mysql://localhost/roster",
    "postgres://db/roster?sslmode=verify_full",
    "postgres://db/r?sslmode=verify-ca",
    "postgres://roster:12/ab@db/roster",
    "postgres://roster:1#2@db/roster",
  ],
  SESSION_SECRET: ["short", `${secret},short`, `${secret},`],
  SESSION_IDLE: ["2", "0m", "2 h", "-2h", "2w", "1.5h"],
  SESSION_MAX: ["never"],
  PASSWORD_MIN_LENGTH: ["7", "65", "fifteen"],
  BCRYPT_COST: ["9", "16"],
  SMTP_URL: [
    ...["post.example", "https://post.example", "smtp://user:12/ab@mail.example"],
    ...["smtp://user:12?ab@mail.example", "smtp://user:12#ab@mail.example", "smtp://user:100%@mail.example"],
  ],
  SUPPORT_EMAIL: ["help"],
  BACKUP_EVERY: ["0h", "1", "daily", "1w"],
  METRICS_TOKEN: ["short", "x".repeat(201), `${"x".repeat(32)} `],
  MIN_FREE_DISK: ["-1", "100MB"],
  BACKUP_KEEP: ["0", "-1", "10001", "all"],
  ACTIVITY_KEEP: ["0d", "365", "12h", "-1d", "forever"],
  API_RATE_LIMIT: ["0", "-5"],
  TRUST_PROXY: ["banana", "10.0.0.0/99", "-1"],
  LOG_LEVEL: ["loud", "INFO"],
};
test.each(Object.entries(bad).flatMap(([name, values]) => values.map((value) => [name, value])))(
  "%s cannot be %j, and one line says so without repeating the value",
  (name = "", value = "") => {
    const lines = faults({ [name]: value });
    expect(lines).toEqual([expect.stringMatching(new RegExp(`^${name}: `))]);
    if (name === "SESSION_SECRET" || name === "SMTP_URL") expect(lines[0]).not.toContain(value);
  },
);

test("all faulty settings are named together, a line each, and nothing is created", () => {
  const unmade = join(folder, "unmade");
  const all = Object.fromEntries(Object.entries(bad).map(([name, [value = ""]]) => [name, value]));
  const lines = faults({ ...all, DATA_DIR: unmade });
  expect(lines.map((line) => line.split(":")[0]).sort()).toEqual(Object.keys(bad).sort());
  expect(existsSync(unmade)).toBe(false);
});

test("automatic backups are refused for data in PostgreSQL", () => {
  const settings = { DATABASE_URL: "postgres://db.example.com/roster", SESSION_SECRET: secret };
  expect(faults(settings)).toEqual([]);
  expect(faults({ ...settings, BACKUP_DIR: "copies" })).toEqual([
    "BACKUP_DIR: cannot be used with DATABASE_URL. Back up PostgreSQL with its own tools (docs/scale.md)",
  ]);
});

test("a lower BCRYPT_COST is only possible in tests", () => {
  expect(read({ NODE_ENV: "test", BCRYPT_COST: "4" }).bcryptCost).toBe(4);
  expect(faults({ NODE_ENV: "test", BCRYPT_COST: "3" })).toHaveLength(1);
  expect(faults({ NODE_ENV: "development", BCRYPT_COST: "4" })).toEqual([
    "BCRYPT_COST: must be a whole number from 10 to 15",
  ]);
});

describe("the secret that signs cookies", () => {
  test("is made at the first start and readable only by its owner", () => {
    const dataDir = join(folder, "first/start");
    const [first] = readConfig({ DATA_DIR: dataDir }).sessionSecrets;
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(readConfig({ DATA_DIR: dataDir }).sessionSecrets).toEqual([first]);
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect([mode(dataDir), mode(join(dataDir, "session-secret"))]).toEqual(["700", "600"]);
    expect(readConfig({ DATA_DIR: join(folder, "another") }).sessionSecrets).not.toEqual([first]);
  });

  test("is not used if it was only partly written", () => {
    const dataDir = join(folder, "half");
    readConfig({ DATA_DIR: dataDir });
    writeFileSync(join(dataDir, "session-secret"), "\n");
    expect(() => readConfig({ DATA_DIR: dataDir })).toThrow(/^SESSION_SECRET: [^\n]+$/);
  });

  test("is not stored if it is given in the settings", () => {
    read();
    expect(existsSync(join(folder, "session-secret"))).toBe(false);
  });
});

test("a folder that cannot be created is named in one line", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => readConfig({ DATA_DIR: join(folder, "file/data") })).toThrow(/^DATA_DIR: [^\n]+$/);
  expect(() => readConfig({ DATA_DIR: "/proc/roster/data" })).toThrow(/^DATA_DIR: [^\n]*\/proc\/roster[^\n]*$/);
});

describe(".env", () => {
  const file = join(folder, ".env");
  const load = (text: string | Buffer, env: Record<string, string> = {}): Record<string, string | undefined> => {
    writeFileSync(file, text);
    loadDotEnv(file, env);
    return env;
  };
  const settings = { PORT: "4000", SUPPORT_EMAIL: "help@example.com" };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);

  test.each([
    ["with LF", `${lines.join("\n")}\n`],
    ["with CR and LF", `${lines.join("\r\n")}\r\n`],
    ["with CR alone", `${lines.join("\r")}\r`],
    ["behind a byte order mark", `\ufeff${lines.join("\n")}`],
  ])("%s gives each setting its value", (_, text) => {
    expect(load(text)).toEqual(settings);
  });

  test("gives way to the environment", () => {
    expect(load(lines.join("\n"), { PORT: "5000" })).toEqual({ ...settings, PORT: "5000" });
  });

  test.each([
    ["UTF-16", Buffer.from(`\ufeff${lines.join("\r\n")}`, "utf16le")],
    ["UTF-16 without a mark", Buffer.from(lines.join("\n"), "utf16le")],
    ["Latin-1", Buffer.from("MAIL_FROM=Zoë <zoe@example.com>", "latin1")],
  ])("in %s is refused in one line that names it", (_, text) => {
    expect(() => load(text)).toThrow(new ConfigError(`${file} is not UTF-8 text. Save it as UTF-8`));
  });
});

test("a byte order mark and a trailing carriage return are not part of a value", () => {
  expect(read({ HOST: "127.0.0.1\r", DATA_DIR: `\ufeff${folder}\r`, PORT: "\r" })).toMatchObject({
    host: "127.0.0.1",
    dataDir: folder,
    port: 3000,
  });
});

test("a stored secret that is not UTF-8 text is refused in one line", () => {
  const dataDir = mkdtempSync(join(folder, "data-"));
  writeFileSync(join(dataDir, "session-secret"), Buffer.from(`\ufeff${secret}`, "utf16le"));
  expect(() => readConfig({ DATA_DIR: dataDir })).toThrow(
    /^SESSION_SECRET: [^\n]*session-secret contains no secret[^\n]*$/,
  );
  writeFileSync(join(dataDir, "session-secret"), `\ufeff${secret}\r\n`);
  expect(readConfig({ DATA_DIR: dataDir }).sessionSecrets).toEqual([secret]);
});

describe(".env.example", () => {
  const text = readFileSync(join(root, ".env.example"), "utf8");
  const settings = parseEnv(text.replace(/^#(?=[A-Z_]+=)/gm, ""));

  test("lists every setting", () => {
    expect(Object.keys(settings).sort()).toEqual([...names].sort());
  });

  test("sets nothing, and shows the defaults and valid examples", () => {
    expect(parseEnv(text)).toEqual({});
    const shown = readConfig({ ...settings, SESSION_SECRET: secret });
    const { baseUrl, databaseUrl, smtpUrl } = shown;
    expect(shown).toEqual({ ...defaults, baseUrl, databaseUrl, smtpUrl, dataDir: join(root, "data") });
  });
});
