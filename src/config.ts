import { resolve } from "node:path";
import { z } from "zod";
import { ConfigError, readOrCreateSecret, resolveDataDir, trimSetting } from "./platform/data-dir.ts";
import { root } from "./platform/root.ts";
import {
  bearerToken,
  days,
  duration,
  httpAddress,
  postgresAddress,
  proxies,
  smtpAddress,
  wholeNumber,
} from "./platform/setting-fields.ts";

/** The cost makes a stolen data file worth little; only tests can lower it (OWASP Password Storage). */
const environment = ({ minCost }: { minCost: number }) =>
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
          "each value must have at least 32 characters",
        )
        .optional(),
      SESSION_IDLE: duration.prefault("2h"),
      SESSION_MAX: duration.prefault("24h"),
      PASSWORD_MIN_LENGTH: wholeNumber(8, 64).prefault("15"),
      BCRYPT_COST: wholeNumber(minCost, 15).prefault("12"),
      SMTP_URL: smtpAddress.optional(),
      MAIL_FROM: z
        .string()
        .regex(
          /^(?:[^<>@]* <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
          "must be an address such as Roster <roster@example.com>",
        )
        .default("Roster <roster@localhost>"),
      SUPPORT_EMAIL: z.email("must be an email address").optional(),
      ACTIVITY_KEEP: days.optional(),
      BACKUP_DIR: z.string().optional(),
      BACKUP_EVERY: duration.prefault("24h"),
      BACKUP_KEEP: wholeNumber(1, 10_000).prefault("14"),
      METRICS_TOKEN: bearerToken.optional(),
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
      message: "must be set if DATABASE_URL is set, to the same value for every process",
      // Reported together with the other errors.
      when: () => true,
    })
    .refine(({ DATABASE_URL, BACKUP_DIR }) => DATABASE_URL === undefined || BACKUP_DIR === undefined, {
      path: ["BACKUP_DIR"],
      message: "cannot be used with DATABASE_URL. Back up PostgreSQL with its own tools (docs/scale.md)",
      when: () => true,
    });

export type Config = {
  port: number;
  host: string;
  /** Without a slash at the end; undefined until the port is known if BASE_URL is not set. */
  baseUrl: string | undefined;
  dataDir: string;
  /** PostgreSQL's address; undefined for SQLite in the folder. */
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
  /** Milliseconds; undefined means forever. */
  activityKeep: number | undefined;
  /** Undefined means no automatic backups. */
  backupDir: string | undefined;
  /** Milliseconds. */
  backupEvery: number;
  /** How many to keep. */
  backupKeep: number;
  /** Bytes; /readyz reports less. */
  minFreeDisk: number;
  /** Undefined means no /metrics. */
  metricsToken: string | undefined;
  /** Requests per minute for each key. */
  apiRateLimit: number;
  trustProxy: boolean | number | string;
  logLevel: string;
};

export const settingNames: readonly string[] = Object.keys(environment({ minCost: 4 }).shape);

/**
 * @param createsSecret false for callers that only read: then a missing secret stays missing
 * @throws ConfigError naming each wrong setting; nothing is created then.
 */
export function readConfig(env: NodeJS.ProcessEnv, { createsSecret = true } = {}): Config {
  const given = Object.fromEntries(
    Object.entries(env)
      .map(([name, value]) => [name, trimSetting(value)] as const)
      .filter(([, value]) => value !== ""),
  );
  const parsed = environment({ minCost: env.NODE_ENV === "test" ? 4 : 10 }).safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("\n"));
  }
  const settings = parsed.data;
  const dataDir = resolveDataDir(given);
  return {
    port: settings.PORT,
    host: settings.HOST,
    baseUrl: settings.BASE_URL,
    dataDir,
    databaseUrl: settings.DATABASE_URL,
    sessionSecrets: settings.SESSION_SECRET ?? (createsSecret ? [readOrCreateSecret(dataDir, "session-secret")] : []),
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
    metricsToken: settings.METRICS_TOKEN,
    minFreeDisk: settings.MIN_FREE_DISK * 1_000_000,
    apiRateLimit: settings.API_RATE_LIMIT,
    trustProxy: settings.TRUST_PROXY,
    logLevel: settings.LOG_LEVEL,
  };
}
