import { main } from "./cli/main.ts";
import { readConfig } from "./config.ts";
import { asset, removeOtherAssets } from "./platform/assets.ts";
import { loadDotEnv } from "./platform/dot-env.ts";
import { describeSystemError } from "./platform/system-errors.ts";

// Starts the single executable: the server without arguments, otherwise the command.

async function serve(): Promise<void> {
  loadDotEnv();
  // Report wrong settings before writing anything.
  const { databaseUrl } = readConfig(process.env);
  asset("");
  const { start } = await import("./start.ts");
  await start();
  // With PostgreSQL several servers, also of an older version, may use the same folder.
  if (databaseUrl === undefined) removeOtherAssets();
}

try {
  const words = process.argv.slice(2);
  if (words.length > 0) process.exitCode = await main(words);
  else await serve();
} catch (error) {
  console.error(describeSystemError(error) ?? (error instanceof Error ? error.message : error));
  process.exit(1);
}
