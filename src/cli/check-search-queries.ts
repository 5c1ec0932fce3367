import { type Database, isPostgres } from "../database/database.ts";
import { type Order, orders } from "../users/order-queries.ts";

/** Whether the indexes of the search have every user as the user is, and where the list has the user. */
export async function isSearchSound(db: Database): Promise<boolean> {
  if (isPostgres(db)) return !(await hasMisplacedOnPostgres(db));
  for (const order of orders) if (!(await isWhole(db, order)) || (await hasMisplaced(db, order))) return false;
  return true;
}

/** SQLite compares an index with itself; it says so by an insert that inserts nothing. */
async function isWhole(db: Database, order: Order): Promise<boolean> {
  return db
    .raw(`insert into ${order}_grams (${order}_grams) values ('integrity-check')`)
    .then(() => true)
    .catch((error: Error) => {
      if (!("code" in error) || !String(error.code).startsWith("SQLITE_CORRUPT")) throw error;
      return false;
    });
}

/** Whether anybody has no place, is on another shelf than that of the name, or would be found by what was once the text. */
async function hasMisplaced(db: Database, order: Order): Promise<boolean> {
  const text = order === "name" ? "or o.text <> u.search_text" : "";
  const found: unknown[] = await db.raw(
    `select 1 from users as u join ${order}_shelf as due on due.id = u.id left join ${order}_order as o on o.user_id = u.id
       left join ${order}_grams_docsize as indexed on indexed.id = o.place
       where indexed.id is null or o.place >> 14 <> due.shelf ${text} limit 1`,
  );
  return found.length > 0;
}

const copied = ["organization_id", "role", "status", "name_key", "email", "last_login_at", "search_text"];

async function hasMisplacedOnPostgres(db: Database): Promise<boolean> {
  const of = (table: string): string[] => copied.map((column) => `${table}.${column}`);
  const chunk = (sort: string, key: string): string =>
    `(select id from user_chunks as c where c.organization_id = u.organization_id and sort = '${sort}'
        and (first_key, first_id) <= (u.${key}, u.id) order by first_key desc, first_id desc limit 1)`;
  const { rows } = await db.raw(
    `select 1 from users as u full join searched_users as s on s.id = u.id
       where (${of("u")}, ${chunk("name", "name_key")}, ${chunk("email", "email")})
         is distinct from (${of("s")}, s.name_chunk, s.email_chunk) limit 1`,
  );
  return rows.length > 0;
}
