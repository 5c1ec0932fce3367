import { z } from "zod";
import { ConfigError } from "../platform/data-dir.ts";
import type { Command } from "./command.ts";
import { settings } from "./data-file.ts";
import {
  backups,
  clock,
  database,
  disk,
  type Finding,
  filesAreOwn,
  mailServer,
  settingsInUse,
  versions,
} from "./examine.ts";
import { readOptions } from "./options.ts";

export const doctor: Command = {
  usage: "",
  does: "looks at settings, permissions of files, database, mail server, clock, disk and versions; exits 1 on any fault",
  run: async (args) => {
    readOptions(args, z.object({}));
    const findings = [versions(), ...(await examine())];
    const lines = findings.map(({ about, state, says }) => `${state.padEnd(7)}  ${about}: ${says}`);
    return { lines, json: { data: findings }, failed: findings.some(({ state }) => state === "fault") };
  },
};

/** Nothing but the settings is looked at where they are wrong: all else depends on them. */
async function examine(): Promise<Finding[]> {
  try {
    const config = settings({ mayBeNew: true, createsSecret: false });
    const found = await Promise.all([database(config), mailServer(config)]);
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
