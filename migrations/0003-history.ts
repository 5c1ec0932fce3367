import type { Knex } from "knex";
import { isPostgres } from "./dialect.ts";

/**
 * History is append-only: rows are never changed, and removed only where they are older than `activity_retention` says,
 * which says "none" but inside the transaction that removes them. And the counts of refused log-ins.
 */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable("activity", (table) => {
    // The operator's command that it came by.
    table.string("command", 50);
    for (const filter of ["actor_id", "subject_id", "action"]) table.index(["organization_id", filter, "id"]);
    table.index(["organization_id", "at"]);
  });
  await appendOnly(db);

  // A network has one row an hour; those of addresses that nobody has belong to no organization.
  await db.schema.createTable("refused_log_ins", (table) => {
    table.increments("id");
    table.integer("organization_id").references("organizations.id");
    table.string("hour", 24).notNullable().index();
    table.string("network", 64).notNullable();
    table.integer("count").notNullable();
  });
  await db.raw(
    `create unique index refused_log_ins_once
     on refused_log_ins (coalesce(organization_id, 0), hour, network)`,
  );
}

async function appendOnly(db: Knex): Promise<void> {
  await db.schema.createTable("activity_retention", (table) => {
    table.integer("id").primary();
    // Rows from before this moment may be removed; empty: none.
    table.string("keep_from", 24).notNullable().defaultTo("");
    table.check("id = 1", undefined, "activity_retention_one");
  });
  await db("activity_retention").insert({ id: 1 });
  if (isPostgres(db)) return refuseOnPostgres(db);
  const refuse = "begin select raise(abort, 'history is append-only'); end";
  await db.raw(`create trigger activity_no_update before update on activity ${refuse}`);
  await db.raw(
    `create trigger activity_no_delete before delete on activity
     when not exists (select 1 from activity_retention where old.at < keep_from) ${refuse}`,
  );
  // "insert or replace" would otherwise remove a row without a word to the trigger above.
  await db.raw(
    `create trigger activity_no_replace before insert on activity
     when exists (select 1 from activity where id = new.id) ${refuse}`,
  );
}

async function refuseOnPostgres(db: Knex): Promise<void> {
  await db.raw(
    `create function activity_append_only() returns trigger language plpgsql as $$
     begin
       if tg_op = 'DELETE' and exists (select 1 from activity_retention where old.at < keep_from) then
         return old;
       end if;
       raise exception 'history is append-only';
     end $$`,
  );
  await db.raw(
    `create trigger activity_no_change before update or delete on activity
     for each row execute function activity_append_only()`,
  );
  await db.raw(
    `create trigger activity_no_truncate before truncate on activity
     for each statement execute function activity_append_only()`,
  );
}
