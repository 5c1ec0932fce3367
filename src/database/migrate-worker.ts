import { parentPort, workerData } from "node:worker_threads";
import { openDatabase } from "./database.ts";
import { migrate } from "./migrate.ts";

// A separate thread (start.ts): copying, verifying and changing a large data file takes minutes without a pause.

const db = await openDatabase(workerData);
try {
  await migrate(db, workerData.dataDir, (line) => parentPort?.postMessage(line));
} finally {
  await db.destroy();
}
