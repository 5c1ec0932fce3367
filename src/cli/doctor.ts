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
  type Finding,
  filesAreOwn,
  mailServer,
  sendTestMail,
  settingsInUse,
  versions,
} from "./diagnostics.ts";

export const doctor = defineCommand({
  summary:
    "looks at settings, permissions of files, database, mail server, clock, disk and versions; exits 1 on any fault",
  schema: z.object({
    sendMail: email.optional().meta({ form: "ADDRESS", description: "sends a test mail there, by the settings" }),
  }),
  example: "--send-mail ada@example.com",
  run: async ({ sendMail }) => {
    const findings = [versions(), ...(await examine(sendMail))];
    const lines = findings.map(({ about, state, says }) => `${state.padEnd(7)}  ${about}: ${says}`);
    return { lines, json: { data: findings }, failed: findings.some(({ state }) => state === "fault") };
  },
});

/** If settings are wrong, `doctor` checks nothing else, because everything depends on them. */
async function examine(testAddress?: string): Promise<Finding[]> {
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
    return error.message.split("\n").map((says) => ({ about: "settings", state: "fault", says }));
  }
}
