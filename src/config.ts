import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import express from "express";
import { z } from "zod";
import { ConfigError, keptSecret } from "./data-dir.ts";
import { root } from "./root.ts";

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A span such as "30m" or "24h", in milliseconds. */
const span = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhd]$/, "must be a number and one of s, m, h, d, such as 2h")
  .transform((text) => Number(text.slice(0, -1)) * units[text.slice(-1) as keyof typeof units]);

/** A span of whole days such as "365d", in milliseconds. */
const days = z
  .string()
  .regex(/^[1-9]\d{0,5}d$/, "must be a number of days such as 365d; leave it empty to keep history for ever")
  .transform((text) => Number(text.slice(0, -1)) * units.d);

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be a whole number from ${least} to ${most}`);

const httpAddress = z
  .string()
  .refine(
    (text) => /^https?:\/\/[^/]+\/$/.test(URL.parse(text)?.href ?? ""),
    "must be an address such as https://roster.example.com, without a path",
  )
  .transform((text) => new URL(text).origin);

const smtpAddress = z
  .string()
  .refine(
    (text) => /^smtps?:\/\/[^/]/.test(text) && Boolean(URL.parse(text)?.hostname),
    "must be an address such as smtp://user:password@mail.example.com:587",
  );

const postgresAddress = z
  .string()
  .refine(
    (text) => /^postgres(?:ql)?:\/\/[^/]/.test(text) && Boolean(URL.parse(text)?.hostname),
    "must be an address such as postgres://roster:password@db.example.com/roster; empty for SQLite",
  );

const proxies = z
  .string()
  .transform((text) => {
    if (text === "true" || text === "false") return text === "true";
    return /^\d+$/.test(text) ? Number(text) : text;
  })
  .refine(isTrustProxy, "must be a number of hops, or addresses and networks such as loopback or 10.0.0.0/8");

/** Express itself tells what it takes. */
function isTrustProxy(value: boolean | number | string): boolean {
  try {
    express().set("trust proxy", value);
    return true;
  } catch {
    return false;
  }
}

/** bcrypt's cost is what makes a stolen data file worth little; only tests may lower it (OWASP Password Storage). */
const environment = ({ leastCost }: { leastCost: number }) =>
  z
    .object({
      PORT: wholeNumber(0, 65_535).prefault("3000"),
      HOST: z.string().default("127.0.0.1"),
      BASE_URL: httpAddress.optional(),
      DATA_DIR: z.string().optional(),
      DATABASE_URL: postgresAddress.optional(),
      SESSION_SECRET: z
        .string()
        .transform((text) => text.split(",").map((secret) => secret.trim()))
        .refine(
          (secrets) => secrets.every((secret) => secret.length >= 32),
          "each value must be at least 32 characters",
        )
        .optional(),
      SESSION_IDLE: span.prefault("2h"),
      SESSION_MAX: span.prefault("24h"),
      PASSWORD_MIN_LENGTH: wholeNumber(8, 64).prefault("15"),
      BCRYPT_COST: wholeNumber(leastCost, 15).prefault("12"),
      SMTP_URL: smtpAddress.optional(),
      MAIL_FROM: z
        .string()
        .regex(
          /^(?:[^<>@]* <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
          "must be an address such as Roster <roster@example.com>",
        )
        .default("Roster <roster@localhost>"),
      SUPPORT_EMAIL: z.email("must be an e-mail address").optional(),
      ACTIVITY_KEEP: days.optional(),
      BACKUP_DIR: z.string().optional(),
      BACKUP_EVERY: span.prefault("24h"),
      BACKUP_KEEP: wholeNumber(1, 10_000).prefault("14"),
      MIN_FREE_DISK: wholeNumber(0, 1_000_000).prefault("100"),
      API_RATE_LIMIT: wholeNumber(1, 1_000_000).prefault("600"),
      TRUST_PROXY: proxies.prefault("false"),
      LOG_LEVEL: z
        .enum(
          ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
          "must be fatal, error, warn, info, debug, trace or silent",
        )
        .default("info"),
    })
    .refine(({ DATABASE_URL, SESSION_SECRET }) => DATABASE_URL === undefined || SESSION_SECRET !== undefined, {
      path: ["SESSION_SECRET"],
      message: "must be given with DATABASE_URL, alike for every process",
      // Said beside the other faults.
      when: () => true,
    });

export type Config = {
  port: number;
  host: string;
  /** Without a slash at its end; undefined until the port is known where BASE_URL was not given. */
  baseUrl: string | undefined;
  dataDir: string;
  /** PostgreSQL's address; undefined: SQLite in the folder. */
  databaseUrl: string | undefined;
  sessionSecrets: string[];
  /** Milliseconds. */
  sessionIdle: number;
  /** Milliseconds. */
  sessionMax: number;
  passwordMinLength: number;
  bcryptCost: number;
  smtpUrl: string | undefined;
  mailFrom: string;
  supportEmail: string | undefined;
  /** Milliseconds; undefined: for ever. */
  activityKeep: number | undefined;
  /** Undefined: none are made by themselves. */
  backupDir: string | undefined;
  /** Milliseconds. */
  backupEvery: number;
  /** How many of them. */
  backupKeep: number;
  /** Bytes; with less, /readyz says so. */
  minFreeDisk: number;
  /** Requests a minute for each key. */
  apiRateLimit: number;
  trustProxy: boolean | number | string;
  logLevel: string;
};

/** `.env` beside the package first; a value of the environment wins over it. */
export function loadDotEnv(): void {
  const file = join(root, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
}

/** Whatever the other settings say. */
export function dataDirOf({ DATA_DIR }: NodeJS.ProcessEnv): string {
  return resolve(root, DATA_DIR || "data");
}

/** @throws ConfigError naming each wrong setting; nothing is created then. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = environment({ leastCost: env.NODE_ENV === "test" ? 4 : 10 }).safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("\n"));
  }
  const settings = parsed.data;
  const dataDir = dataDirOf(given);
  return {
    port: settings.PORT,
    host: settings.HOST,
    baseUrl: settings.BASE_URL,
    dataDir,
    databaseUrl: settings.DATABASE_URL,
    sessionSecrets: settings.SESSION_SECRET ?? [keptSecret(dataDir, "session-secret")],
    sessionIdle: settings.SESSION_IDLE,
    sessionMax: settings.SESSION_MAX,
    passwordMinLength: settings.PASSWORD_MIN_LENGTH,
    bcryptCost: settings.BCRYPT_COST,
    smtpUrl: settings.SMTP_URL,
    mailFrom: settings.MAIL_FROM,
    supportEmail: settings.SUPPORT_EMAIL,
    activityKeep: settings.ACTIVITY_KEEP,
    backupDir: settings.BACKUP_DIR === undefined ? undefined : resolve(root, settings.BACKUP_DIR),
    backupEvery: settings.BACKUP_EVERY,
    backupKeep: settings.BACKUP_KEEP,
    minFreeDisk: settings.MIN_FREE_DISK * 1_000_000,
    apiRateLimit: settings.API_RATE_LIMIT,
    trustProxy: settings.TRUST_PROXY,
    logLevel: settings.LOG_LEVEL,
  };
}
