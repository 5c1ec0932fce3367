import { findChromium } from "./chromium.ts";
import { startPostgres } from "./postgres.ts";

/** Runs once, before the workers start; they inherit the environment. */
export default async function globalSetup(): Promise<void> {
  Object.assign(process.env, await findChromium(), await startPostgres());
}
