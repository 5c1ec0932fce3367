import type { Knex } from "knex";

/** Mails: written with the change that they tell of, and sent by a worker. */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("mails", (table) => {
    table.increments("id");
    // In the Message-ID, the same at every try.
    table.string("uid", 36).notNullable().unique();
    table.integer("user_id").notNullable().references("users.id").index();
    table.string("address", 254).notNullable();
    table.string("subject", 200).notNullable();
    // One of the two; neither once it is not needed any more.
    table.text("text");
    table.text("sealed_text");
    table.string("created_at", 24).notNullable();
    table.string("next_try_at", 24).notNullable();
    table.string("gives_up_at", 24).notNullable();
    table.integer("tries").notNullable().defaultTo(0);
    table.string("last_error", 300);
    // Whose it is to send, and until when; nobody's where empty. Times compare, and nothing compares with null.
    table.string("claimed_by", 36).notNullable().defaultTo("");
    table.string("claimed_until", 24).notNullable().defaultTo("");
    table.string("sent_at", 24);
    table.string("failed_at", 24);
    table.string("failure", 20);
    table.check("text is null or sealed_text is null", undefined, "mails_one_text");
    table.check("sent_at is null or failed_at is null", undefined, "mails_one_end");
    table.check("(failed_at is null) = (failure is null)", undefined, "mails_failure_said");
  });
  await db.raw("create index mails_waiting on mails (next_try_at) where sent_at is null and failed_at is null");
}
