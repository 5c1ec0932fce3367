import { migrations } from "../../migrations/all.ts";
import { openDatabase } from "../../src/database/database.ts";

/** A data file as the very first Roster left it, with an organization in it. */
export async function makeFirstVersion(folder: string): Promise<void> {
  const name = "0001-initial";
  const up = migrations[name] ?? (() => Promise.reject());
  const migrationSource = {
    getMigrations: async () => [name],
    getMigrationName: () => name,
    getMigration: async () => ({ up, down: () => Promise.reject() }),
  };
  const db = await openDatabase({ dataDir: folder });
  try {
    await db.migrate.latest({ migrationSource });
    await db("organizations").insert({ name: "Acme", name_key: "acme", created_at: "2026-01-01T00:00:00.000Z" });
  } finally {
    await db.destroy();
  }
}
