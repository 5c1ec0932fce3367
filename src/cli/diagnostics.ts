import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import nodemailer from "nodemailer";
import { futureBackupsIn } from "../backups/schedule.ts";
import { type Config, settingNames } from "../config.ts";
import { openDatabase } from "../database/database.ts";
import { pendingMigrations } from "../database/migrate.ts";
import { mailChannel } from "../mail/delivery.ts";
import { explainMailError } from "../mail/failures.ts";
import { misspelledSettings } from "../platform/dot-env.ts";
import { root } from "../platform/root.ts";
import { timestamp } from "../platform/time.ts";
import { version } from "../platform/version.ts";
import { dataFilePath } from "./data-file.ts";
import { findNewestTime } from "./queries.ts";

// What `doctor` checks. It changes nothing, sends nothing unless asked, and shows no secret.

/** "warning": it works, but is probably not intended. */
export type Finding = { about: string; state: "ok" | "warning" | "problem"; says: string };
/** What a check found; false is nothing. */
export type Findings = (Finding | false)[];

const ok = (about: string, says: string): Finding => ({ about, state: "ok", says });
const warning = (about: string, says: string): Finding => ({ about, state: "warning", says });
const problem = (about: string, says: string): Finding => ({ about, state: "problem", says });
const reasonOf = (error: unknown): string => (Error.isError(error) ? error.message : String(error));

export const versions = (): Finding => ok("versions", `Roster ${version}, Node.js ${process.version}`);

export function settingsInUse({ baseUrl, backupDir, databaseUrl }: Config): Findings {
  const misspelled = misspelledSettings(settingNames);
  const isOpen = !baseUrl?.startsWith("https:");
  const hasNoCopies = backupDir === undefined && databaseUrl === undefined;
  return [
    ok("settings", "all are valid"),
    ...misspelled.map((says) => warning("settings", says)),
    isOpen && warning("settings", "BASE_URL does not start with https: only suitable for testing on this machine"),
    hasNoCopies && warning("settings", "BACKUP_DIR is empty: there are no automatic backups"),
  ];
}

/** A copy dated in the future by a wrong clock does not count for the schedule, which never deletes it. */
export function backups({ backupDir }: Config): Findings {
  if (backupDir === undefined || !existsSync(backupDir)) return [];
  return futureBackupsIn(backupDir).map((name) =>
    warning("backups", `${join(backupDir, name)} is dated in the future. Rename or delete it`),
  );
}

/**
 * Only the owner can read the data folder. The same goes for `.env`, which may contain the mail server's password; root
 * may own it and the data folder's group read it, so that Roster cannot change its own settings (docs/deploy).
 */
export function filesAreOwn({ dataDir }: Config): Findings {
  return process.platform === "win32" ? [] : [...dataIsOwn(dataDir), ...dotEnvIsOwn(dataDir)];
}

function dotEnvIsOwn(dataDir: string): Findings {
  const file = join(root, ".env");
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return [];
  const { uid, gid } = statSync(dataDir);
  const [forbidden, change] = stat.gid === gid ? [0o037, "g=r,o="] : [0o077, "go="];
  return [
    (stat.mode & forbidden) !== 0 &&
      problem("files", `other users can read or write ${file}. Run chmod ${change} ${file}`),
    stat.uid !== uid && stat.uid !== 0 && warning("files", `${file} does not belong to root or to Roster's user`),
  ];
}

function dataIsOwn(dataDir: string): Findings {
  const names = readdirSync(dataDir, { encoding: "utf8", recursive: true }).map((name) => join(dataDir, name));
  const all = [dataDir, ...names];
  // Some of them come and go while the server runs.
  const found = all.flatMap((file) => {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat ? [{ file, stat }] : [];
  });
  const open = found.filter(({ stat }) => stat.mode & 0o077);
  const strange = found.filter(({ stat }) => stat.uid !== process.getuid?.());
  return [
    ...open.map(({ file }) => problem("files", `other users can read or write ${file}. Run chmod go= ${file}`)),
    ...strange.map(({ file }) => warning("files", `${file} does not belong to the user who runs this command`)),
    open.length + strange.length === 0 && ok("files", `only the owner can read ${dataDir}`),
  ];
}

export async function database(config: Config): Promise<Findings> {
  if (config.databaseUrl === undefined && !existsSync(dataFilePath(config)))
    return [warning("database", "does not exist yet; Roster creates it at the first start")];
  try {
    const db = await openDatabase(config);
    try {
      const pending = await pendingMigrations(db);
      if (pending.length > 0) return [warning("database", "it is from an older Roster; the next start updates it")];
      const newest = await findNewestTime(db);
      const ahead = newest === undefined ? 0 : Date.parse(newest) - Date.now();
      return [
        ok("database", "it responds and has the current version"),
        ahead > 60_000 && problem("clock", `the newest entry in the history is from ${newest}, which is in the future`),
      ];
    } finally {
      await db.destroy();
    }
  } catch (error) {
    return [problem("database", reasonOf(error))];
  }
}

/** Connects to the mail server and logs in as the settings say; sends nothing. */
export async function mailServer({ smtpUrl, dataDir }: Config): Promise<Findings> {
  if (!smtpUrl) return [warning("mail", `SMTP_URL is empty: each email becomes a file in ${join(dataDir, "outbox")}`)];
  const { host } = new URL(smtpUrl);
  const transport = nodemailer.createTransport({ url: smtpUrl, connectionTimeout: 10_000, greetingTimeout: 10_000 });
  try {
    await transport.verify();
    return [ok("mail", `${host} accepts the connection and the log-in`)];
  } catch (error) {
    return [problem("mail", `${host}: ${explainMailError(reasonOf(error))}`)];
  } finally {
    transport.close();
  }
}

/** Sends one email as the server does. */
export async function sendTestMail({ smtpUrl, mailFrom, dataDir }: Config, address: string): Promise<Findings> {
  const mail = {
    ...{ id: 0, uid: randomUUID(), userId: 0, address, createdAt: timestamp() },
    subject: "Test email from Roster",
    text: "The command doctor --send-mail sent this email. It arrived, so Roster can send email.\n",
  };
  const by = smtpUrl ? new URL(smtpUrl).host : join(dataDir, "outbox");
  try {
    await mailChannel({ smtpUrl, mailFrom, dataDir }).deliver(mail, AbortSignal.timeout(60_000));
    return [
      smtpUrl
        ? ok("mail", `${by} accepted a test email to ${address}`)
        : warning("mail", `SMTP_URL is empty: the test email is a file in ${by}`),
    ];
  } catch (error) {
    return [problem("mail", `${by} did not accept a test email: ${explainMailError(reasonOf(error))}`)];
  }
}

/** Space for what /readyz requires, and for one more copy of the data, which an update makes. */
export function disk(config: Config): Findings {
  const { dataDir, backupDir, minFreeDisk } = config;
  const file = dataFilePath(config);
  const needed = Math.max(minFreeDisk, existsSync(file) ? statSync(file).size : 0);
  return [dataDir, ...(backupDir && existsSync(backupDir) ? [backupDir] : [])].map((folder) => {
    const { bavail, bsize } = statfsSync(folder);
    const megabytes = (bytes: number): string => `${Math.floor(bytes / 1_000_000).toLocaleString("en")} MB`;
    const says = `${folder} has ${megabytes(bavail * bsize)} free`;
    return bavail * bsize < needed ? problem("disk", `${says}; Roster needs ${megabytes(needed)}`) : ok("disk", says);
  });
}

/** Second factor codes are valid for half a minute: the reader compares this time with a correct clock. */
export const clock = (): Finding => ok("clock", `this machine says ${new Date().toISOString()} (UTC)`);
