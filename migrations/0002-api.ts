import type { Knex } from "knex";

/** What a key may do and how long, the key that history names as the way, and requests that are to be done once. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable("api_keys", (table) => {
    table.string("scope", 10).notNullable().defaultTo("read").checkIn(["read", "write"]);
    table.integer("span_days");
    table.string("expires_at", 24);
    table.string("last_used_address", 64);
    table.integer("replaced_by").references("api_keys.id");
  });
  await db.schema.alterTable("activity", (table) => {
    table.integer("key_id").references("api_keys.id");
  });
  await db.schema.createTable("idempotency_keys", (table) => {
    table.integer("key_id").notNullable().references("api_keys.id");
    table.string("name", 255).notNullable();
    table.string("fingerprint", 64).notNullable();
    table.text("answer");
    table.string("created_at", 24).notNullable().index();
    table.primary(["key_id", "name"]);
  });
}
