import type { Knex } from "knex";

/** What several processes on one PostgreSQL must have alike; empty where one process has it in its data folder. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("shared_secrets", (table) => {
    table.string("name", 50).primary();
    table.string("sealed", 300).notNullable();
  });
}
