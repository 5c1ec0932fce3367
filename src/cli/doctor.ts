import { z } from "zod";
import { ConfigError } from "../platform/data-dir.ts";
import { email } from "../users/fields.ts";
import { defineCommand } from "./command.ts";
import { loadSettings } from "./data-file.ts";
import {
  backups,
  clock,
  database,
  disk,
  type Findings,
  filesAreOwn,
  mailServer,
  sendTestMail,
  settingsInUse,
  versions,
} from "./diagnostics.ts";

export const doctor = defineCommand({
  summary:
    "checks settings, file permissions, database, mail server, backups, disk, clock and versions; exits with 1 on any problem",
  schema: z.object({
    sendMail: email.optional().meta({ form: "ADDRESS", description: "sends a test email to this address" }),
  }),
  example: "--send-mail ada@example.com",
  run: async ({ sendMail }) => {
    const findings = [versions(), ...(await examine(sendMail))].filter((finding) => finding !== false);
    const lines = findings.map(({ about, state, says }) => `${state.padEnd(7)}  ${about}: ${says}`);
    return { lines, json: { data: findings }, failed: findings.some(({ state }) => state === "problem") };
  },
});

/** If settings are wrong, `doctor` checks nothing else, because everything depends on them. */
async function examine(testAddress?: string): Promise<Findings> {
  try {
    const config = loadSettings({ allowsNew: true, createsSecret: false });
    const found = await Promise.all([
      database(config),
      testAddress === undefined ? mailServer(config) : sendTestMail(config, testAddress),
    ]);
    return [
      ...settingsInUse(config),
      ...filesAreOwn(config),
      ...backups(config),
      ...found.flat(),
      ...disk(config),
      clock(),
    ];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split("\n").map((says) => ({ about: "settings", state: "problem", says }));
  }
}
