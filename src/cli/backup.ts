import { existsSync, statSync } from "node:fs";
import { z } from "zod";
import { copyDataFile } from "../database/copy-queries.ts";
import { requireWritableFolder } from "../platform/system-errors.ts";
import { ValidationError } from "../roles/errors.ts";
import { defineCommand } from "./command.ts";
import { fileArgument, loadFileSettings } from "./data-file.ts";

export const backup = defineCommand({
  summary: "copies the data file while the server runs, and checks the copy",
  schema: z.object({ file: fileArgument.meta({ description: "the copy to make; it must not exist" }) }),
  positional: "file",
  example: "/backups/roster-monday.db",
  run: async ({ file }) => {
    const { config, dataFile } = loadFileSettings();
    if (existsSync(file)) throw new ValidationError(`${file} is there already, and nothing was overwritten`);
    requireWritableFolder(file);
    await copyDataFile(dataFile, file);
    const bytes = statSync(file).size;
    const kilobytes = Math.ceil(bytes / 1_000).toLocaleString("en");
    const secret = existsSync(`${config.dataDir}/factor-secret`)
      ? ["Second factors in it need the file factor-secret of the data folder: keep that too, but not beside the copy."]
      : [];
    const lines = [`The data is copied to ${file} (${kilobytes} kB), and the copy is sound.`, ...secret];
    return { lines, json: { file, bytes } };
  },
});
