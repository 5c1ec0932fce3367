import { existsSync, statSync } from "node:fs";
import { z } from "zod";
import { copyDataFile } from "../database/copy-queries.ts";
import { defineCommand } from "./command.ts";
import { fileArgument, loadFileSettings } from "./data-file.ts";
import { requireNewFile } from "./new-file.ts";

export const backup = defineCommand({
  summary: "copies the data file while the server runs, and verifies the copy",
  schema: z.object({ file: fileArgument.meta({ description: "the file to create; it must not exist" }) }),
  positional: "file",
  example: "/backups/roster-monday.db",
  run: async ({ file }) => {
    const { config, dataFile } = loadFileSettings();
    requireNewFile(file);
    await copyDataFile(dataFile, file);
    const bytes = statSync(file).size;
    const kilobytes = Math.ceil(bytes / 1_000).toLocaleString("en");
    const lines = [
      `Copied the data to ${file} (${kilobytes} kB); the copy was verified.`,
      existsSync(`${config.dataDir}/factor-secret`) &&
        "To decrypt its second factors you also need factor-secret from the data folder. Keep that file apart from the copy.",
    ];
    return { lines, json: { file, bytes } };
  },
});
