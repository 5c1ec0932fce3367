import type { Knex } from "knex";

/** The highest cost of any password's hash is asked for at each start, and must not need a look at every user. */
export async function up(db: Knex): Promise<void> {
  await db.raw("create index users_hash_cost on users (substr(password_hash, 5, 2))");
}
