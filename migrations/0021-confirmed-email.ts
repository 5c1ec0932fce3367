import type { Knex } from "knex";

/** The last confirmed address of users whose present one an API key has set; null where the present one is confirmed. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable("users", (table) => {
    table.string("confirmed_email", 254);
  });
  await db.raw(
    "create unique index users_confirmed_email on users (confirmed_email) where confirmed_email is not null",
  );
}
