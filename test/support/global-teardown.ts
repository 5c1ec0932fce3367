import { stopPostgres } from "./postgres.ts";

/** Runs once, after the last file. */
export default async function globalTeardown(): Promise<void> {
  await stopPostgres();
}
