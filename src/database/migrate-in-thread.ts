import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { asset } from "../platform/assets.ts";
import { isExecutable } from "../platform/root.ts";

/** Migrates the data to this version in a separate thread, and prints its progress. @throws as `migrate` */
export async function migrateInThread({
  dataDir,
  databaseUrl,
}: {
  dataDir: string;
  databaseUrl?: string | undefined;
}): Promise<void> {
  const file = isExecutable ? asset("migrate-worker.mjs") : join(import.meta.dirname, "migrate-worker.ts");
  const worker = new Worker(file, { workerData: { dataDir, databaseUrl } });
  worker.on("message", (line) => console.log(line));
  await new Promise<void>((resolve, reject) => worker.once("error", reject).once("exit", () => resolve()));
}
