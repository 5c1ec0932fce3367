import type { Knex } from "knex";

/** A user's second factor with the recovery codes for it, and whom an organization demands one of. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable("organizations", (table) => {
    table.string("second_factor", 10).notNullable().defaultTo("optional").checkIn(["optional", "admins", "everyone"]);
  });
  await db.schema.createTable("second_factors", (table) => {
    table.integer("user_id").primary().references("users.id");
    table.string("sealed_secret", 200).notNullable();
    table.string("set_up_at", 24).notNullable();
    // The time step of the newest code that was used: that code and older ones are good no more.
    table.integer("last_step").notNullable();
  });
  await db.schema.createTable("recovery_codes", (table) => {
    table.integer("user_id").notNullable().references("users.id");
    table.string("code_hash", 64).notNullable();
    table.primary(["user_id", "code_hash"]);
  });
}
