import type { Knex } from "knex";
import { isPostgres, sortByCodePoint } from "./dialect.ts";

// The schema of both databases.

/**
 * Times are text: RFC 3339 in UTC with milliseconds, which sorts correctly and which both databases store unchanged.
 */
const timeLength = 24;

export async function up(db: Knex): Promise<void> {
  await organizations(db);
  await users(db);
  await searchIndex(db);
  await photos(db);
  await logIns(db);
  await secondFactors(db);
  await apiKeys(db);
  await applications(db);
  await activity(db);
  await refusedLogIns(db);
  await deliveries(db);
  await submissions(db);
  await imports(db);
  await groupActions(db);
  await sharedSecrets(db);
}

/** The customers. `second_factor_rule` says who must have one. If `language` is null, the browser decides. */
async function organizations(db: Knex): Promise<void> {
  await db.schema.createTable("organizations", (table) => {
    table.increments("id");
    table.string("name", 100).notNullable();
    table.string("name_key", 200).notNullable().unique();
    table.string("plan", 10).notNullable().defaultTo("free").checkIn(["free", "pro"]);
    table.string("created_at", timeLength).notNullable();
    table
      .string("second_factor_rule", 10)
      .notNullable()
      .defaultTo("optional")
      .checkIn(["optional", "admins", "everyone"]);
    // No check: a new language needs a catalog (src/words) but no migration.
    table.string("language", 35);
    table.string("time_zone", 100).notNullable().defaultTo("UTC");
    // Until someone hides the card above Managers.
    table.boolean("shows_first_steps").notNullable().defaultTo(true);
  });
}

/** All users of all organizations. `search_text` and `name_key` are folded (src/users/search-text.ts). */
async function users(db: Knex): Promise<void> {
  await db.schema.createTable("users", (table) => {
    table.increments("id");
    table.integer("organization_id").notNullable().references("organizations.id");
    table.string("email", 254).notNullable().unique();
    // The last confirmed address if an API key has set the current one; null if the current one is confirmed.
    table.string("confirmed_email", 254);
    // The address that the user has proved to read: an emailed link was used, or the address confirmed.
    table.string("proven_email", 254);
    table.string("first_name", 200).notNullable();
    table.string("last_name", 200).notNullable();
    table.string("role", 10).notNullable().checkIn(["admin", "manager", "member"]);
    table.string("status", 10).notNullable().defaultTo("active").checkIn(["active", "inactive"]);
    // Empty for someone who was invited and has not chosen one yet.
    table.string("password_hash", 100).notNullable();
    // When the newest invitation link ends, or has ended; null for everyone who has a password.
    table.string("invited_until", timeLength);
    table.boolean("must_change_password").notNullable().defaultTo(false);
    // The last day on which they are active ("2026-12-05"), and the moment when it ends in the organization's time zone.
    table.string("deactivate_on", 10);
    table.string("deactivate_at", timeLength);
    // Whether the emails about that day were queued.
    table.boolean("end_announced").notNullable().defaultTo(false);
    table.string("photo_hash", 64);
    // Null: the organization's.
    table.string("language", 35);
    table.text("search_text").notNullable();
    table.text("name_key").notNullable();
    table.integer("version").notNullable().defaultTo(1);
    table.string("created_at", timeLength).notNullable();
    // Empty text means never: keyset paging compares values, and comparing with null always fails.
    table.string("last_login_at", timeLength).notNullable().defaultTo("");
    // When the personal data was erased, for good.
    table.string("erased_at", timeLength);
    table.check("email = lower(email)", undefined, "users_email_lower");
    table.check("(password_hash = '') = (invited_until is not null)", undefined, "users_invited");
    table.check("erased_at is null or status = 'inactive'", undefined, "users_erased_inactive");
    table.check("(deactivate_on is null) = (deactivate_at is null)", undefined, "users_end_date");
    // For sorting the list.
    for (const sort of ["name_key", "email", "last_login_at"]) table.index(["organization_id", sort, "id"]);
    for (const sort of ["role", "status"]) table.index(["organization_id", sort, "name_key", "id"]);
  });
  // For the list's filters. SQLite uses the search index instead.
  if (isPostgres(db)) {
    await db.schema.alterTable("users", (table) => table.index(["organization_id", "role", "status"]));
    await db.raw("create index users_invited_role on users (organization_id, role) where invited_until is not null");
  }
  await sortByCodePoint(db, "users", ["name_key", "email", "last_login_at"]);
  await db.raw("create index users_erased on users (erased_at) where erased_at is not null");
  await db.raw(
    "create unique index users_confirmed_email on users (confirmed_email) where confirmed_email is not null",
  );
  // For those who are due, and for the filter "Leaving soon".
  await db.raw(
    "create index users_end_date on users (deactivate_at, organization_id, id) where deactivate_at is not null",
  );
  // Each start reads the highest cost of all password hashes, without scanning every user.
  await db.raw("create index users_hash_cost on users (substr(password_hash, 5, 2))");
}

/**
 * The index that finds search candidates (src/users/search-queries.ts): groups of letters, on SQLite also organization,
 * role, status and who is invited. The query checks each candidate in `users`.
 */
async function searchIndex(db: Knex): Promise<void> {
  if (isPostgres(db)) {
    // Any database owner can create it since PostgreSQL 13.
    await db.raw("create extension if not exists pg_trgm");
    await db.raw("create index users_search on users using gin (search_text gin_trgm_ops)");
    // For words of one and two characters: each character, and each pair, from the first one on and from the second.
    const shortParts = String.raw`string_to_array(search_text, null) || string_to_array(
      regexp_replace(search_text, '(..)', '\1 ', 'g') || ' ' || regexp_replace(' ' || search_text, '(..)', '\1 ', 'g'), ' ')`;
    await db.raw(`create index users_search_short on users using gin ((${shortParts}))`);
    return;
  }
  // Stores no text and no positions. All characters count as letters, including both quotes, which are doubled here.
  await db.raw(
    `create virtual table users_search using fts5 (terms, content = '', contentless_delete = 1, detail = none,
       prefix = '9 10', tokenize = "ascii tokenchars '!#$%&()*+,-./:;<=>?@[\\]^_\`{|}~""'''")`,
  );
  // Each term starts with the organization, so that a search does not go through the users of others.
  const organization = "printf('%08x', new.organization_id)";
  // Three letters from each position, fewer at the end of a word; prefixes of these groups have one and two letters.
  const positions = "json_each('[' || replace(hex(zeroblob(length(new.search_text) - 1)), '00', '0,') || '0]')";
  const groups = `(select group_concat(${organization} || substr(new.search_text, key + 1, 3), ' ') from ${positions})`;
  // One term for each use of the filters. A capital letter marks these: folded text has no capitals.
  const filter = (of: string): string => `${organization} || 'Æ' || ${of}`;
  const filters = ["new.role", "new.status", "new.role || new.status"].map(filter);
  // The invited are active, and only some of those.
  const invited = ["'invited'", "new.role || 'invited'"].map(filter).join(" || ' ' || ");
  const isInvited = (row: string): string => `(${row}.status = 'active' and ${row}.invited_until is not null)`;
  const terms = [groups, ...filters, `iif(${isInvited("new")}, ${invited}, '')`].join(" || ' ' || ");
  const add = `insert into users_search (rowid, terms) values (new.id, ${terms});`;
  const remove = "delete from users_search where rowid = old.id;";
  const indexed = ["search_text", "organization_id", "role", "status"];
  const changed = indexed.map((column) => `old.${column} is not new.${column}`);
  const isChanged = [...changed, `${isInvited("old")} is not ${isInvited("new")}`].join(" or ");
  await db.raw(`create trigger users_search_insert after insert on users begin ${add} end`);
  await db.raw(`create trigger users_search_delete after delete on users begin ${remove} end`);
  await db.raw(
    `create trigger users_search_update after update of ${indexed}, invited_until on users when ${isChanged} begin ${remove} ${add} end`,
  );
}

/** Photos in two sizes. */
async function photos(db: Knex): Promise<void> {
  await db.schema.createTable("photos", (table) => {
    table.integer("user_id").primary().references("users.id");
    table.string("hash", 64).notNullable();
    table.binary("small").notNullable();
    table.binary("large").notNullable();
  });
}

async function logIns(db: Knex): Promise<void> {
  // Log-ins, and where they came from; `password_confirmed_at` is when the user last confirmed the password.
  await db.schema.createTable("sessions", (table) => {
    table.string("id_hash", 64).primary();
    table.integer("user_id").references("users.id").index();
    table.text("data").notNullable();
    table.string("created_at", timeLength).notNullable();
    table.string("last_seen_at", timeLength).notNullable().index();
    table.string("browser", 300);
    table.string("address", 64);
    table.string("password_confirmed_at", timeLength);
    // Names the session to applications; null until the user opens one.
    table.string("oidc_uid", 43).unique();
  });

  // One-time links to set Roster up (no user), to choose a new password and to accept an invitation (with a user).
  await db.schema.createTable("one_time_links", (table) => {
    table.string("token_hash", 64).primary();
    table.string("purpose", 10).notNullable().checkIn(["setup", "reset", "invitation"]);
    table.integer("user_id").references("users.id").index();
    // Whether it went to the user's email, which using it proves, or was shown to someone.
    table.boolean("is_mailed").notNullable();
    table.string("expires_at", timeLength).notNullable().index();
    table.check("(purpose = 'setup') = (user_id is null)", undefined, "one_time_links_user");
  });

  // Counts of tries, with a key for each account, network and so on.
  await db.schema.createTable("throttles", (table) => {
    table.string("key", 100).primary();
    table.integer("count").notNullable();
    table.string("resets_at", timeLength).notNullable().index();
    table.string("locked_until", timeLength).notNullable().defaultTo("");
  });
  await db.raw("create index throttles_locked on throttles (resets_at) where locked_until <> ''");

  // Browsers that have logged in to an account before: their tries count separately.
  await db.schema.createTable("known_browsers", (table) => {
    table.increments("id");
    table.integer("user_id").notNullable().references("users.id");
    table.string("token_hash", 64).notNullable();
    table.string("last_login_at", timeLength).notNullable();
    table.unique(["token_hash", "user_id"]);
    table.index(["user_id", "last_login_at"]);
  });
}

async function secondFactors(db: Knex): Promise<void> {
  await db.schema.createTable("second_factors", (table) => {
    table.integer("user_id").primary().references("users.id");
    table.string("encrypted_secret", 200).notNullable();
    table.string("set_up_at", timeLength).notNullable();
    // The time step of the newest used code: Roster refuses that code and older ones.
    table.integer("last_step").notNullable();
  });
  await db.schema.createTable("recovery_codes", (table) => {
    table.integer("user_id").notNullable().references("users.id");
    table.string("code_hash", 64).notNullable();
    table.primary(["user_id", "code_hash"]);
  });
}

async function apiKeys(db: Knex): Promise<void> {
  await db.schema.createTable("api_keys", (table) => {
    table.increments("id");
    // The owner's, which never changes: it makes the organization's list quick.
    table.integer("organization_id").notNullable().references("organizations.id");
    table.integer("user_id").notNullable().references("users.id").index();
    table.string("name", 100).notNullable();
    table.string("start", 11).notNullable();
    table.string("key_hash", 64).notNullable().unique();
    table.string("scope", 10).notNullable().defaultTo("read").checkIn(["read", "write"]);
    table.integer("created_by").notNullable().references("users.id");
    table.string("created_at", timeLength).notNullable();
    table.integer("lifetime_days");
    table.string("expires_at", timeLength);
    table.string("last_used_at", timeLength);
    table.string("last_used_address", 64);
    table.string("revoked_at", timeLength);
    table.integer("replaced_by").references("api_keys.id");
    // The form that made it; each form that is shown has its own.
    table.string("form_id", 36);
    table.unique(["user_id", "form_id"]);
    // The last reminder of its expiry that was queued: a week before, or on the day.
    table.string("reminded", 10).checkIn(["week", "day"]);
    table.index(["organization_id", "id"]);
  });
  const kept = "where revoked_at is null";
  await db.raw(`create index api_keys_never_used on api_keys (organization_id, id) ${kept} and last_used_at is null`);
  await db.raw(`create index api_keys_expiring on api_keys (organization_id, expires_at) ${kept}`);

  // API requests with an Idempotency-Key, and their responses.
  await db.schema.createTable("idempotency_keys", (table) => {
    table.integer("key_id").notNullable().references("api_keys.id");
    table.string("name", 255).notNullable();
    table.string("fingerprint", 64).notNullable();
    table.text("response");
    table.string("created_at", timeLength).notNullable().index();
    table.primary(["key_id", "name"]);
  });
}

/** The team's services, which let users in through Roster. */
async function applications(db: Knex): Promise<void> {
  await db.schema.createTable("applications", (table) => {
    table.increments("id");
    table.integer("organization_id").notNullable().references("organizations.id").index();
    table.string("client_id", 43).notNullable().unique();
    table.string("name", 100).notNullable();
    // A web application has a secret; one in a browser or on a phone cannot keep any.
    table.string("kind", 10).notNullable().checkIn(["web", "public"]);
    // JSON lists.
    table.text("redirect_addresses").notNullable();
    table.string("roles", 100).notNullable();
    table.string("log_out_address", 500).notNullable().defaultTo("");
    // Where it learns that someone was logged out; empty for none.
    table.string("back_channel_address", 500).notNullable().defaultTo("");
    table.string("status", 10).notNullable().defaultTo("active").checkIn(["active", "inactive"]);
    // The secret before the last rotation works for a day.
    table.string("secret_hash", 64);
    table.string("old_secret_hash", 64);
    table.string("old_secret_until", timeLength);
    // A key for the API that belongs to no person; the one before the last rotation works for a day.
    table.string("api_key_hash", 64).unique();
    table.string("api_key_start", 11);
    table.string("api_key_created_at", timeLength);
    table.string("api_key_used_at", timeLength);
    table.string("old_api_key_hash", 64).unique();
    table.string("old_api_key_until", timeLength);
    table.string("created_at", timeLength).notNullable();
    table.string("last_used_at", timeLength);
    table.integer("version").notNullable().defaultTo(1);
    table.check("(kind = 'web') = (secret_hash is not null)", undefined, "applications_secret");
  });

  // Codes, tokens and grants of applications, each under the hash of its value.
  await db.schema.createTable("oidc_records", (table) => {
    table.string("kind", 30).notNullable();
    table.string("id_hash", 64).notNullable();
    table.integer("user_id").references("users.id").index();
    table.string("client_id", 43).references("applications.client_id").index();
    table.string("grant_id", 64).index();
    // The session (sessions.oidc_uid) that it ends with; null if it outlives it.
    table.string("session_uid", 43).index();
    table.text("payload").notNullable();
    table.string("created_at", timeLength).notNullable();
    table.string("used_at", timeLength);
    table.string("expires_at", timeLength).notNullable().index();
    table.primary(["kind", "id_hash"]);
  });

  // The keys that sign ID tokens; the private part is sealed, and removed when the key is replaced.
  await db.schema.createTable("signing_keys", (table) => {
    table.string("kid", 43).primary();
    table.string("algorithm", 10).notNullable().checkIn(["RS256", "ES256"]);
    table.text("public_key").notNullable();
    table.text("encrypted_key");
    table.string("created_at", timeLength).notNullable();
    table.string("replaced_at", timeLength);
  });
}

/** History: who changed what, when, and by which key or command. */
async function activity(db: Knex): Promise<void> {
  await db.schema.createTable("activity", (table) => {
    table.increments("id");
    table.string("at", timeLength).notNullable();
    table.integer("organization_id").notNullable().references("organizations.id");
    table.string("actor_kind", 10).notNullable().checkIn(["user", "operator", "system", "visitor"]);
    table.integer("actor_id").references("users.id");
    table.integer("key_id").references("api_keys.id");
    table.string("command", 50);
    table.integer("subject_id").references("users.id");
    table.integer("subject_version");
    table.string("action", 50).notNullable();
    table.text("changes").notNullable();
    table.string("address", 64);
    table.string("browser", 300);
    // The row of the group action that this one is a part of, which may be gone with old history; 0 if there is none.
    table.integer("group_id").notNullable().defaultTo(0);
    // The ID of the row whose change this one takes back; that row may have been removed since.
    table.integer("undoes");
    table.index(["organization_id", "id"]);
    table.index(["organization_id", "at"]);
    for (const filter of ["actor_id", "subject_id", "action", "group_id"])
      table.index(["organization_id", filter, "id"]);
    table.index(["subject_id", "id"]);
  });
  await db.raw("create index activity_key on activity (organization_id, key_id, id) where key_id is not null");
  // What the triggers below let through, empty except inside the transaction that does it: the time before which history
  // can be removed, and the user whose personal data is being erased from it.
  await db.schema.createTable("activity_retention", (table) => {
    table.integer("id").primary();
    table.string("delete_before", timeLength).notNullable().defaultTo("");
    table.integer("erased_user_id");
    table.check("id = 1", undefined, "activity_retention_one");
  });
  await db("activity_retention").insert({ id: 1 });
  await (isPostgres(db) ? appendOnlyOnPostgres(db) : appendOnlyOnSqlite(db));
}

/**
 * A row from which the user's personal data is being erased, which keeps what happened, when, and by whose ID: addresses
 * and browsers become empty, and what changed only where it is about the user. Refused log-ins name nobody.
 */
const isErased = `exists (
  select 1 from activity_retention where erased_user_id is not null
    and (old.subject_id = erased_user_id or old.actor_id = erased_user_id
      or (old.action = 'log-in.refused' and old.subject_id is null))
    and (new.changes = old.changes or old.subject_id = erased_user_id)
) and coalesce(new.address, old.address, '') = coalesce(old.address, '')
  and coalesce(new.browser, old.browser, '') = coalesce(old.browser, '')`;

/** The columns that can be erased. */
const erasable = ["changes", "address", "browser"];

/** Refuses to change history, and to remove rows, except for what `activity_retention` allows. */
async function appendOnlyOnSqlite(db: Knex): Promise<void> {
  const refuse = "begin select raise(abort, 'history is append-only'); end";
  const others = Object.keys(await db("activity").columnInfo()).filter((column) => !erasable.includes(column));
  const isSame = others.map((column) => `new.${column} is old.${column}`).join(" and ");
  await db.raw(
    `create trigger activity_no_update before update on activity when not (${isErased} and ${isSame}) ${refuse}`,
  );
  await db.raw(
    `create trigger activity_no_delete before delete on activity
     when not exists (select 1 from activity_retention where old.at < delete_before) ${refuse}`,
  );
  // Otherwise "insert or replace" could remove a row without firing the trigger above.
  await db.raw(
    `create trigger activity_no_replace before insert on activity
     when exists (select 1 from activity where id = new.id) ${refuse}`,
  );
}

async function appendOnlyOnPostgres(db: Knex): Promise<void> {
  const others = (row: string): string => `to_jsonb(${row}) - '{${erasable}}'::text[]`;
  await db.raw(
    `create function activity_append_only() returns trigger language plpgsql as $$
     begin
       if tg_op = 'DELETE' and exists (select 1 from activity_retention where old.at < delete_before) then
         return old;
       end if;
       if tg_op = 'UPDATE' and ${isErased} and ${others("new")} = ${others("old")} then
         return new;
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

/** Counts of refused log-ins by network and hour. Counts for unknown addresses have no organization. */
async function refusedLogIns(db: Knex): Promise<void> {
  await db.schema.createTable("refused_log_ins", (table) => {
    table.increments("id");
    table.integer("organization_id").references("organizations.id");
    table.string("hour", timeLength).notNullable().index();
    table.string("network", 64).notNullable();
    table.integer("count").notNullable();
  });
  await db.raw(
    `create unique index refused_log_ins_once
     on refused_log_ins (coalesce(organization_id, 0), hour, network)`,
  );
}

/**
 * Emails, and messages to applications that someone was logged out, written in the transaction of the change that they
 * report. A worker for each kind delivers them.
 */
async function deliveries(db: Knex): Promise<void> {
  await db.schema.createTable("deliveries", (table) => {
    table.increments("id");
    table.string("kind", 10).notNullable().checkIn(["mail", "log-out"]);
    // The ID of the message, so that every try has the same one.
    table.string("uid", 36).notNullable().unique();
    table.integer("user_id").notNullable().references("users.id").index();
    // An email address, or the back-channel address of an application.
    table.string("address", 500).notNullable();
    // For an application its name.
    table.string("subject", 200).notNullable();
    // At most one of the two; both are null once the text is no longer needed.
    table.text("text");
    table.text("encrypted_text");
    table.string("created_at", timeLength).notNullable();
    table.string("next_try_at", timeLength).notNullable();
    table.string("expires_at", timeLength).notNullable();
    table.integer("tries").notNullable().defaultTo(0);
    table.string("last_error", 300);
    // The process that sends it, and until when; empty if none does, because comparing with null always fails.
    table.string("claimed_by", 36).notNullable().defaultTo("");
    table.string("claimed_until", timeLength).notNullable().defaultTo("");
    table.string("sent_at", timeLength);
    table.string("failed_at", timeLength);
    table.string("failure", 20);
    table.check("text is null or encrypted_text is null", undefined, "deliveries_one_text");
    table.check("sent_at is null or failed_at is null", undefined, "deliveries_one_end");
    table.check("(failed_at is null) = (failure is null)", undefined, "deliveries_failure_said");
  });
  await db.raw(
    "create index deliveries_waiting on deliveries (kind, next_try_at) where sent_at is null and failed_at is null",
  );
}

/**
 * Responses to forms, kept for a minute, so that a second press gets the same one; sealed, under a hash of the form.
 */
async function submissions(db: Knex): Promise<void> {
  await db.schema.createTable("submissions", (table) => {
    table.string("id", 64).primary();
    table.text("response");
    table.boolean("is_awaited").notNullable().defaultTo(false);
    table.string("created_at", timeLength).notNullable().index();
  });
}

/** Files of users that an Admin checked, for an hour: what would happen to each line, and what happened. */
async function imports(db: Knex): Promise<void> {
  await db.schema.createTable("imports", (table) => {
    table.increments("id");
    table.integer("organization_id").notNullable().references("organizations.id");
    table.integer("user_id").notNullable().references("users.id").index();
    table.string("state", 10).notNullable().checkIn(["asking", "checked", "running", "done"]);
    // The file, until the Admin has said its encoding.
    table.binary("file");
    // How the file is written, and everything before its first line, so that lines can be given back as they came.
    table.string("encoding", 20);
    table.boolean("mark");
    table.text("head");
    // Whether it needs a fresh proof: for new Admins, and for changes of emails and to Admin.
    table.boolean("creates_admins").notNullable().defaultTo(false);
    table.boolean("changes_access").notNullable().defaultTo(false);
    table.boolean("changes_users").notNullable().defaultTo(false);
    table.string("address", 64);
    table.string("browser", 300);
    table.string("expires_at", timeLength).notNullable().index();
  });
  await db.schema.createTable("import_lines", (table) => {
    table.increments("id");
    table.integer("import_id").notNullable().references("imports.id");
    table.integer("line").notNullable();
    table.text("raw").notNullable();
    table.string("plan", 10).notNullable().checkIn(["create", "change", "unchanged", "left-out", "wrong"]);
    // The rest of the plan, as JSON.
    table.text("details").notNullable();
    table.string("outcome", 10).checkIn(["created", "changed", "left-out", "failed"]);
    table.text("reason");
    // The new user's invitation link, sealed, until it is downloaded; null if it was emailed.
    table.text("encrypted_link");
    table.unique(["import_id", "line"]);
    table.index(["import_id", "plan", "line"]);
    table.index(["import_id", "outcome", "line"]);
  });
}

/** What an Admin is about to do, or has done, to many people: kept for an hour, with each person's version. */
async function groupActions(db: Knex): Promise<void> {
  await db.schema.createTable("group_actions", (table) => {
    table.increments("id");
    table.integer("organization_id").notNullable().references("organizations.id");
    table.integer("user_id").notNullable().references("users.id").index();
    table.string("act", 20).notNullable();
    table.string("state", 10).notNullable().checkIn(["preparing", "checked", "running", "done"]);
    table.boolean("needs_proof").notNullable();
    // How many people it is done to, if nothing changes before.
    table.integer("planned").notNullable();
    // Its row of history, once it has begun, and the one that it undoes.
    table.integer("activity_id");
    table.integer("undoes");
    table.string("address", 64);
    table.string("browser", 300);
    table.string("expires_at", timeLength).notNullable().index();
  });
  await db.schema.createTable("group_action_lines", (table) => {
    table.increments("id");
    table.integer("group_action_id").notNullable().references("group_actions.id");
    table.integer("user_id").notNullable().references("users.id").index();
    table.integer("version").notNullable();
    // The row of history that it undoes.
    table.integer("undoes");
    // Null while there is something to do.
    table.string("outcome", 10).checkIn(["done", "left-out"]);
    table.string("reason", 20);
    table.unique(["group_action_id", "user_id"]);
    table.index(["group_action_id", "outcome", "id"]);
    table.check("(outcome = 'left-out') = (reason is not null)", undefined, "group_action_lines_reason");
  });
}

/** Secrets that several processes on one PostgreSQL share. A single process keeps them in its data folder. */
async function sharedSecrets(db: Knex): Promise<void> {
  await db.schema.createTable("shared_secrets", (table) => {
    table.string("name", 50).primary();
    table.string("encrypted", 300).notNullable();
  });
}
