import type { Knex } from "knex";

/** Waits that grow, and the browsers that have logged in to an account before. */
export async function up(db: Knex): Promise<void> {
  // What was counted by the rules from before means something else now, and is forgotten within the hour anyway.
  await db("throttles").del();
  await db.schema.alterTable("throttles", (table) => {
    table.string("waits_until", 24).notNullable().defaultTo("");
  });
  await db.schema.createTable("known_browsers", (table) => {
    table.increments("id");
    table.integer("user_id").notNullable().references("users.id");
    table.string("token_hash", 64).notNullable();
    table.string("last_login_at", 24).notNullable();
    table.unique(["token_hash", "user_id"]);
    table.index(["user_id", "last_login_at"]);
  });
}
