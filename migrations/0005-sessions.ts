import type { Knex } from "knex";

/** From where a session was begun, and when its user last proved with the password to be at it. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable("sessions", (table) => {
    table.string("browser", 300);
    table.string("address", 64);
    table.string("proven_at", 24);
  });
}
