import type { Knex } from "knex";

// How searched_users follows users (PostgreSQL alone), and how its chunks stay small.

const columns = ["organization_id", "role", "status", "name_key", "email", "last_login_at", "search_text"];
const of = (user: string): string => columns.map((column) => `${user}.${column}`).join();
const chunks = (user: string): string =>
  `user_chunk(${user}.organization_id, 'name', ${user}.name_key, ${user}.id),
   user_chunk(${user}.organization_id, 'email', ${user}.email, ${user}.id)`;

/** What others wrote after the copy was made; nobody else writes any more. */
export async function catchUp(db: Knex): Promise<void> {
  await db.raw("delete from searched_users as s where not exists (select from users as u where u.id = s.id)");
  await db.raw(
    `insert into searched_users (id, ${columns}, name_chunk, email_chunk) select u.id, ${of("u")}, ${chunks("u")}
     from users as u where not exists (select from searched_users as s where s.id = u.id)`,
  );
  await db.raw(
    `update searched_users as s set (${columns}, name_chunk, email_chunk) = row(${of("u")}, ${chunks("u")})
     from users as u where u.id = s.id and (${of("s")}) is distinct from (${of("u")})`,
  );
}

/** Who adds more users than there are has them placed all at once afterwards. */
const unlessLater = "if current_setting('roster.places_later', true) = 'on' then return null; end if;";

export async function triggers(db: Knex): Promise<void> {
  await splitting(db);
  const kept = (order: string, key: string): string =>
    `case when (old.organization_id, old.${key}) = (new.organization_id, new.${key}) then ${order}_chunk
       else user_chunk(new.organization_id, '${order}', new.${key}, new.id) end`;
  await db.raw(
    `create function copy_searched_user() returns trigger language plpgsql as $$
     begin
       ${unlessLater}
       if tg_op = 'INSERT' then
         insert into searched_users (id, ${columns}, name_chunk, email_chunk)
           values (new.id, ${of("new")}, ${chunks("new")});
       elsif tg_op = 'UPDATE' then
         update searched_users set (${columns}, name_chunk, email_chunk)
           = row(${of("new")}, ${kept("name", "name_key")}, ${kept("email", "email")}) where id = new.id;
       else
         delete from searched_users where id = old.id;
       end if;
       return null;
     end $$`,
  );
  const run = "for each row execute function copy_searched_user()";
  await db.raw(`create trigger searched_users_copy after insert or delete on users ${run}`);
  const isChanged = `for each row when ((${of("old")}) is distinct from (${of("new")}))`;
  await db.raw(
    `create trigger searched_users_update after update of ${columns} on users ${isChanged}
     execute function copy_searched_user()`,
  );
  await db.raw(
    `create trigger user_chunks_split after insert on users referencing new table as added
     for each statement execute function split_user_chunks()`,
  );
}

/** Users whom a chunk has after it was split, which happens where it has twice as many. */
const size = 1_000;

async function splitting(db: Knex): Promise<void> {
  await db.raw(
    `create function split_user_chunks() returns trigger language plpgsql as $$
     declare crowded user_chunks;
     begin
       ${unlessLater}
       for crowded in
         update user_chunks as c set size = size + more.users
         from (select chunk, count(*) as users
               from added join searched_users as s on s.id = added.id, unnest(array[s.name_chunk, s.email_chunk]) as chunk
               group by chunk) as more
         where c.id = more.chunk returning c.*
       loop
         if crowded.size >= ${2 * size} then perform split_user_chunk(crowded); end if;
       end loop;
       return null;
     end $$`,
  );
  await db.raw(
    `create function split_user_chunk(crowded user_chunks) returns void language plpgsql as $$
     begin
       ${splitOf("name", "name_key")}
       ${splitOf("email", "email")}
     exception when lock_not_available then return;
     end $$`,
  );
}

/** Any number that no other program takes: shared by who places a user in a chunk, alone by who splits one. */
export const chunksLock = 7_264_954;

/** Where others are at its users just then, it is left to the next who adds one. */
const splitOf = (order: string, key: string): string => `
  if crowded.sort = '${order}' then
    if not pg_try_advisory_xact_lock(${chunksLock}, crowded.organization_id) then return; end if;
    perform from searched_users where ${isIn(order)} for update nowait;
    with placed as materialized (
      select id, ${key} as key,
        least((row_number() over (order by ${key}, id) - 1) / ${size}, greatest(count(*) over () / ${size} - 1, 0)) as at
      from searched_users where ${isIn(order)}
    ), made as (
      insert into user_chunks (organization_id, sort, first_key, first_id, size)
      select crowded.organization_id, '${order}', (array_agg(key order by key, id))[1],
        (array_agg(id order by key, id))[1], count(*)
      from placed where at > 0 group by at returning id, first_key, first_id
    ), kept as (
      update user_chunks set size = (select count(*) from placed where at = 0) where id = crowded.id
    )
    update searched_users as s set ${order}_chunk = numbered.chunk
    from placed join (select id as chunk, row_number() over (order by first_key, first_id) as at from made) as numbered
      on numbered.at = placed.at
    where s.id = placed.id;
  end if;`;

/** Every user has one of these roles. */
const isIn = (order: string): string =>
  `user_grams(${order}_chunk, search_text, role, status) && array(
     select (crowded.id::bigint << 32) + 2147483648 + role_at from generate_series(1, 3) as role_at)`;
