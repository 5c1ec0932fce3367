import type { Knex } from "knex";

/** What a form was answered, for a minute, so that a second press gets the same; sealed, and under a hash of the form. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("submissions", (table) => {
    table.string("id", 64).primary();
    table.text("response");
    table.boolean("is_awaited").notNullable().defaultTo(false);
    table.string("created_at", 24).notNullable().index();
  });
}
