import type { Knex } from "knex";
import { isPostgres } from "./dialect.ts";

/** Longer than any folded name and address: a letter folds into at most eighteen. */
const mostLetters = 8_000;

/** What keeps the list of a million users quick: searches of one and two letters, filters in each order, and counts. */
export async function up(db: Knex): Promise<void> {
  // Every filter in every order of the list is read from these, a piece for each role and status (list-queries.ts).
  await db.schema.alterTable("users", (table) => {
    for (const sort of ["name_key", "email", "last_login_at"])
      table.index(["organization_id", "role", "status", sort, "id"], `users_in_pieces_${sort}`);
    table.dropIndex(["organization_id", "role", "name_key", "id"]);
    table.dropIndex(["organization_id", "status", "name_key", "id"]);
  });
  await shortGrams(db);
}

const gramsOf = (user: string): string =>
  `select group_concat(distinct hex(substr(${user}.search_text, n, 1)) || ',' || hex(substr(${user}.search_text, n, 2)))
   from positions where n <= length(${user}.search_text)`;

/** Each user's letters and pairs of letters, in hexadecimal, as words of a full-text index that keeps no text. */
async function shortGrams(db: Knex): Promise<void> {
  if (isPostgres(db)) return;
  await db.raw("create table positions (n integer primary key)");
  await db.raw(
    `insert into positions with recursive counted (n) as
       (select 1 union all select n + 1 from counted where n < ${mostLetters}) select n from counted`,
  );
  await db.raw(
    `create virtual table users_short using fts5 (grams, content = '', contentless_delete = 1, tokenize = 'ascii',
       detail = none)`,
  );
  await db.raw(`insert into users_short (rowid, grams) select id, (${gramsOf("users")}) from users`);
  const remove = "delete from users_short where rowid = old.id;";
  const add = `insert into users_short (rowid, grams) values (new.id, (${gramsOf("new")}));`;
  await db.raw(`create trigger users_short_insert after insert on users begin ${add} end`);
  await db.raw(`create trigger users_short_delete after delete on users begin ${remove} end`);
  await db.raw(
    `create trigger users_short_update after update of search_text on users
     when old.search_text is not new.search_text begin ${remove} ${add} end`,
  );
}
