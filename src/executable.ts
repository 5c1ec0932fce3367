import { main } from "./cli/main.ts";
import { readConfig } from "./config.ts";
import { asset, removeOtherAssets } from "./platform/assets.ts";
import { loadDotEnv } from "./platform/dot-env.ts";
import { systemErrorWords } from "./platform/system-errors.ts";

// The start of the single executable: the server where nothing is said, otherwise the command.

async function serve(): Promise<void> {
  loadDotEnv();
  // Wrong settings are told before anything is written.
  const { databaseUrl } = readConfig(process.env);
  asset("");
  const { start } = await import("./start.ts");
  await start();
  // With PostgreSQL several servers, of an older version too, may be at work on one folder.
  if (databaseUrl === undefined) removeOtherAssets();
}

try {
  const words = process.argv.slice(2);
  if (words.length > 0) process.exitCode = await main(words);
  else await serve();
} catch (error) {
  console.error(systemErrorWords(error) ?? (error instanceof Error ? error.message : error));
  process.exit(1);
}
