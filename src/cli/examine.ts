import { existsSync, readdirSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import nodemailer from "nodemailer";
import type { Config } from "../config.ts";
import { openDatabase } from "../database.ts";
import { pendingMigrations } from "../migrate.ts";
import { root } from "../root.ts";
import { version } from "../version.ts";
import { dataFileIn } from "./data-file.ts";
import { findNewestMoment } from "./queries.ts";

// What `doctor` looks at. Nothing is changed, nothing is sent, and no secret is told.

/** "look": it works, but is seldom meant. */
export type Finding = { about: string; state: "ok" | "look" | "fault"; says: string };

const ok = (about: string, says: string): Finding => ({ about, state: "ok", says });
const look = (about: string, says: string): Finding => ({ about, state: "look", says });
const fault = (about: string, says: string): Finding => ({ about, state: "fault", says });
const reasonOf = (error: unknown): string => (Error.isError(error) ? error.message : String(error));

export const versions = (): Finding => ok("versions", `Roster ${version}, Node.js ${process.version}`);

export function settingsInUse({ baseUrl, backupDir, databaseUrl }: Config): Finding[] {
  const isOpen = !baseUrl?.startsWith("https:");
  const hasNoCopies = backupDir === undefined && databaseUrl === undefined;
  return [
    ok("settings", "all of them can be read"),
    ...(isOpen ? [look("settings", "BASE_URL is not https: fit for trying on this machine alone")] : []),
    ...(hasNoCopies ? [look("settings", "BACKUP_DIR is empty: no backup is made by itself")] : []),
  ];
}

/** Everything in the data folder, and `.env`, which may hold the mail server's password, is its owner's alone. */
export function filesAreOwn({ dataDir }: Config): Finding[] {
  if (process.platform === "win32") return [];
  const names = readdirSync(dataDir, { encoding: "utf8", recursive: true }).map((name) => join(dataDir, name));
  const all = [dataDir, ...names, join(root, ".env")];
  // Some come and go while the server runs.
  const found = all.flatMap((file) => {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat ? [{ file, stat }] : [];
  });
  const open = found.filter(({ stat }) => stat.mode & 0o077);
  const strange = found.filter(({ stat }) => stat.uid !== process.getuid?.());
  return [
    ...open.map(({ file }) => fault("files", `others may read or write ${file}: chmod go= ${file}`)),
    ...strange.map(({ file }) => look("files", `${file} belongs to another user than the one who asks`)),
    ...(open.length + strange.length > 0 ? [] : [ok("files", `${dataDir} is its owner's alone`)]),
  ];
}

export async function database(config: Config): Promise<Finding[]> {
  if (config.databaseUrl === undefined && !existsSync(dataFileIn(config)))
    return [look("database", "there is none yet: the first start makes it")];
  try {
    const db = await openDatabase(config);
    try {
      const pending = await pendingMigrations(db);
      if (pending.length > 0)
        return [look("database", "it is an older Roster's: the next start brings it to this one")];
      const newest = await findNewestMoment(db);
      const ahead = newest === undefined ? 0 : Date.parse(newest) - Date.now();
      const said = [ok("database", "it answers, and is of this version")];
      return ahead > 60_000 ? [...said, fault("clock", `history goes up to ${newest}, which is still to come`)] : said;
    } finally {
      await db.destroy();
    }
  } catch (error) {
    return [fault("database", reasonOf(error))];
  }
}

/** Greets the mail server and logs in where the settings say how; no mail is sent. */
export async function mailServer({ smtpUrl, dataDir }: Config): Promise<Finding[]> {
  if (!smtpUrl) return [look("mail", `SMTP_URL is empty: each mail is a file in ${join(dataDir, "outbox")}`)];
  const { host } = new URL(smtpUrl);
  const transport = nodemailer.createTransport({ url: smtpUrl, connectionTimeout: 10_000, greetingTimeout: 10_000 });
  try {
    await transport.verify();
    return [ok("mail", `${host} answers and lets Roster in`)];
  } catch (error) {
    return [fault("mail", `${host}: ${reasonOf(error)}`)];
  } finally {
    transport.close();
  }
}

/** Room for what /readyz asks for, and for one more copy of the data, which an update makes. */
export function disk(config: Config): Finding[] {
  const { dataDir, backupDir, minFreeDisk } = config;
  const file = dataFileIn(config);
  const needed = Math.max(minFreeDisk, existsSync(file) ? statSync(file).size : 0);
  return [dataDir, ...(backupDir && existsSync(backupDir) ? [backupDir] : [])].map((folder) => {
    const { bavail, bsize } = statfsSync(folder);
    const megabytes = (bytes: number): string => `${Math.floor(bytes / 1_000_000).toLocaleString("en")} MB`;
    const says = `${megabytes(bavail * bsize)} are free for ${folder}`;
    return bavail * bsize < needed ? fault("disk", `${says}; ${megabytes(needed)} are needed`) : ok("disk", says);
  });
}

/** Codes of second factors are right for half a minute: whoever reads it compares it with a clock that is right. */
export const clock = (): Finding => ok("clock", `it is ${new Date().toISOString()} (UTC) on this machine`);
