import type { Knex } from "knex";
import { isPostgres, sortByCodePoint } from "./dialect.ts";

/** Times are RFC 3339 in UTC with milliseconds, as text: they sort, and both databases keep them as written. */
const timeLength = 24;

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("organizations", (table) => {
    table.increments("id");
    table.string("name", 100).notNullable();
    table.string("name_key", 200).notNullable().unique();
    table.string("plan", 10).notNullable().defaultTo("free").checkIn(["free", "pro"]);
    table.string("created_at", timeLength).notNullable();
  });

  await db.schema.createTable("users", (table) => {
    table.increments("id");
    table.integer("organization_id").notNullable().references("organizations.id");
    table.string("email", 254).notNullable().unique();
    table.string("first_name", 200).notNullable();
    table.string("last_name", 200).notNullable();
    table.string("role", 10).notNullable().checkIn(["admin", "manager", "member"]);
    table.string("status", 10).notNullable().defaultTo("active").checkIn(["active", "inactive"]);
    table.string("password_hash", 100).notNullable();
    table.boolean("must_change_password").notNullable().defaultTo(false);
    table.string("photo_hash", 64);
    table.text("search_text").notNullable();
    table.text("name_key").notNullable();
    table.integer("version").notNullable().defaultTo(1);
    table.string("created_at", timeLength).notNullable();
    // Empty for "never" rather than null: pages of a list are found by comparing, and nothing compares with null.
    table.string("last_login_at", timeLength).notNullable().defaultTo("");
    table.check("email = lower(email)", undefined, "users_email_lower");
    for (const sort of ["name_key", "email", "last_login_at"]) table.index(["organization_id", sort, "id"]);
    for (const sort of ["role", "status"]) table.index(["organization_id", sort, "name_key", "id"]);
  });

  await db.schema.createTable("photos", (table) => {
    table.integer("user_id").primary().references("users.id");
    table.string("hash", 64).notNullable();
    table.binary("small").notNullable();
    table.binary("large").notNullable();
  });

  await db.schema.createTable("sessions", (table) => {
    table.string("id_hash", 64).primary();
    table.integer("user_id").references("users.id").index();
    table.text("data").notNullable();
    table.string("created_at", timeLength).notNullable();
    table.string("last_seen_at", timeLength).notNullable().index();
  });

  // The one-time links: setting Roster up (nobody's) and choosing a new password (a user's).
  await db.schema.createTable("one_time_links", (table) => {
    table.string("token_hash", 64).primary();
    table.string("purpose", 10).notNullable().checkIn(["setup", "reset"]);
    table.integer("user_id").references("users.id").index();
    table.string("expires_at", timeLength).notNullable();
    table.check("(purpose = 'reset') = (user_id is not null)", undefined, "one_time_links_user");
  });

  await db.schema.createTable("throttles", (table) => {
    table.string("key", 100).primary();
    table.integer("count").notNullable();
    table.string("resets_at", timeLength).notNullable().index();
  });

  await db.schema.createTable("api_keys", (table) => {
    table.increments("id");
    table.integer("user_id").notNullable().references("users.id");
    table.string("name", 100).notNullable();
    table.string("start", 11).notNullable();
    table.string("key_hash", 64).notNullable().unique();
    // The form that asked for the key, so that the same form sent again makes no second one.
    table.string("form_id", 64).notNullable();
    table.integer("created_by").notNullable().references("users.id");
    table.string("created_at", timeLength).notNullable();
    table.string("last_used_at", timeLength);
    table.string("revoked_at", timeLength);
    table.unique(["user_id", "form_id"]);
  });

  await db.schema.createTable("activity", (table) => {
    table.increments("id");
    table.string("at", timeLength).notNullable();
    table.integer("organization_id").notNullable().references("organizations.id");
    table.string("actor_kind", 10).notNullable().checkIn(["user", "operator", "system", "visitor"]);
    table.integer("actor_id").references("users.id");
    table.integer("subject_id").references("users.id");
    table.integer("subject_version");
    table.string("action", 50).notNullable();
    table.text("changes").notNullable();
    table.string("address", 64);
    table.string("browser", 300);
    table.index(["organization_id", "id"]);
    table.index(["subject_id", "id"]);
  });

  await sortByCodePoint(db, "users", ["name_key", "email", "last_login_at"]);
  await searchIndex(db);
}

async function searchIndex(db: Knex): Promise<void> {
  if (!isPostgres(db)) return trigramTable(db);
  // Any owner of a database may add it since PostgreSQL 13.
  await db.raw("create extension if not exists pg_trgm");
  await db.raw("create index users_search on users using gin (search_text gin_trgm_ops)");
}

/** Trigrams without positions: small, and a query confirms each match on the text itself. */
async function trigramTable(db: Knex): Promise<void> {
  await db.raw(
    `create virtual table users_search using fts5 (search_text, content = 'users', content_rowid = 'id',
       tokenize = 'trigram case_sensitive 0', detail = none)`,
  );
  const remove =
    "insert into users_search (users_search, rowid, search_text) values ('delete', old.id, old.search_text);";
  const add = "insert into users_search (rowid, search_text) values (new.id, new.search_text);";
  await db.raw(`create trigger users_search_insert after insert on users begin ${add} end`);
  await db.raw(`create trigger users_search_delete after delete on users begin ${remove} end`);
  await db.raw(
    `create trigger users_search_update after update of search_text on users
     when old.search_text is not new.search_text begin ${remove} ${add} end`,
  );
}
