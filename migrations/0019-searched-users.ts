import type { Knex } from "knex";
import { isPostgres } from "./dialect.ts";
import { catchUp, chunksLock, triggers } from "./searched-users-triggers.ts";

/** So many users next to each other in an order are a chunk, where all are there already. */
const usersInChunk = 1_500;

/**
 * What finds a page of a search among a million users (postgres-search-queries.ts). Each order is cut into chunks, and an
 * index has who in a chunk has which letters: a page is put together by going from chunk to chunk. Users are copied into
 * a table of their own, so that a log-in touches none of these indexes, and one chunk is met in a few neighbouring pages.
 */
export async function up(db: Knex): Promise<void> {
  if (!isPostgres(db)) return;
  await tables(db);
  await gramsOfUser(db);
  await chunkOfUser(db);
  await placing(db);
  await db.raw("select place_all_users()");
  await db.raw("lock table users in share row exclusive mode");
  await catchUp(db);
  await triggers(db);
}

async function tables(db: Knex): Promise<void> {
  // A chunk begins with the user who has this key and id, or would come right after; the first with all that come before.
  await db.raw(
    `create table user_chunks (id serial primary key, organization_id integer not null, sort text not null,
       first_key text collate "C" not null, first_id integer not null, size integer not null default 0,
       unique (organization_id, sort, first_key, first_id))`,
  );
  // Room in each page: a log-in is then written beside the old row, and no index hears of it.
  await db.raw(
    `create table searched_users (id integer primary key, organization_id integer not null, role text collate "C" not null,
       status text collate "C" not null, name_key text collate "C" not null, email text collate "C" not null,
       last_login_at text collate "C" not null, search_text text not null, name_chunk integer not null,
       email_chunk integer not null) with (fillfactor = 90)`,
  );
}

/** Shared with other writers; alone is who splits a chunk. The next statement sees what was split before. */
async function chunkOfUser(db: Knex): Promise<void> {
  await db.raw(
    `create function user_chunk(organization integer, wanted text, key text, user_id integer) returns integer
     language plpgsql as $$
     declare found_id integer;
     begin
       perform pg_advisory_xact_lock_shared(${chunksLock}, organization);
       for attempt in 1..2 loop
         select id into found_id from user_chunks
           where organization_id = organization and sort = wanted and (first_key, first_id) <= (key, user_id)
           order by first_key desc, first_id desc limit 1;
         exit when found;
         insert into user_chunks (organization_id, sort, first_key, first_id) values (organization, wanted, '', 0)
           on conflict do nothing;
       end loop;
       return found_id;
     end $$`,
  );
}

/**
 * The letters, pairs and triples of letters in a user's words, the role and the status, each with the chunk before it:
 * 64 bits, of which the chunk has the upper half. It costs what it costs, so that no plan has it computed for all users.
 */
async function gramsOfUser(db: Knex): Promise<void> {
  await db.raw(
    `create function user_grams(chunk integer, text text, role text, status text) returns bigint[]
     language plpgsql immutable strict parallel safe cost 10000 as $$
     declare
       start bigint := chunk::bigint << 32;
       grams bigint[] := array[start + 2147483648 + array_position(array['admin', 'manager', 'member'], role),
         start + 2147483651 + array_position(array['active', 'inactive'], status)];
       letter text;
       one bigint; two bigint := 0; three bigint := 0;
     begin
       -- The second line has the words of the first, in another order.
       foreach letter in array string_to_array(split_part(text, e'\\n', 1) || ' ' || split_part(text, e'\\n', 3), null) loop
         if letter in (' ', ',') then
           two := 0; three := 0;
         else
           one := ascii(letter);
           grams := grams || (start + (one << 42) % 2147483647);
           if two > 0 then grams := grams || (start + ((two << 42) + (one << 21)) % 2147483647); end if;
           if three > 0 then grams := grams || (start + ((three << 42) + (two << 21) + one) % 2147483647); end if;
           three := two; two := one;
         end if;
       end loop;
       return grams;
     end $$`,
  );
}

const orders = [
  ["name", "name_key"],
  ["email", "email"],
] as const;

/**
 * Everybody anew, which takes a fraction of what placing one after the other does. In the order of names, so that a chunk
 * is a few pages.
 */
async function placing(db: Knex): Promise<void> {
  const chunkBy = (key: string): string =>
    `(row_number() over (partition by organization_id order by ${key}, id) - 1) / ${usersInChunk}`;
  const numbered = (sort: string): string =>
    `(select id as chunk, organization_id,
        row_number() over (partition by organization_id order by first_key, first_id) - 1 as at
      from user_chunks where sort = '${sort}') as by_${sort}`;
  await db.raw(
    `create function place_all_users() returns void language plpgsql as $$
     begin
       drop index if exists searched_users_by_name, searched_users_by_email;
       truncate searched_users, user_chunks;
       create temporary table placed_users on commit drop as
         select id, organization_id, role, status, name_key, email, last_login_at, search_text,
           ${chunkBy("name_key")} as name_at, ${chunkBy("email")} as email_at from users;
       ${orders.map(([sort, key]) => chunksFor(sort, key)).join("")}
       analyze placed_users;
       insert into searched_users
         select u.id, u.organization_id, role, status, name_key, email, last_login_at, search_text,
           by_name.chunk, by_email.chunk
         from placed_users as u
         join ${numbered("name")} on by_name.organization_id = u.organization_id and by_name.at = name_at
         join ${numbered("email")} on by_email.organization_id = u.organization_id and by_email.at = email_at
         order by u.organization_id, name_key, u.id;
       ${orders.map(([sort]) => indexFor(sort)).join("")}
       analyze searched_users, user_chunks;
       drop table placed_users;
     end $$`,
  );
}

const chunksFor = (sort: string, key: string): string => `
  insert into user_chunks (organization_id, sort, first_key, first_id, size)
    select organization_id, '${sort}', case ${sort}_at when 0 then '' else (array_agg(${key} order by ${key}, id))[1] end,
      case ${sort}_at when 0 then 0 else (array_agg(id order by ${key}, id))[1] end, count(*)
    from placed_users group by organization_id, ${sort}_at order by organization_id, ${sort}_at;`;

/**
 * Without a list of what waits to be sorted in, through which each look-up would have to go. Nor are the grams of a sample
 * counted, which would take seconds: no plan depends on it.
 */
const indexFor = (sort: string): string => `
  create index searched_users_by_${sort} on searched_users
    using gin (user_grams(${sort}_chunk, search_text, role, status)) with (fastupdate = off);
  alter index searched_users_by_${sort} alter column 1 set statistics 0;`;
