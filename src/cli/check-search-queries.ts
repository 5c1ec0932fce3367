import { type Database, isPostgres } from "../database/database.ts";

/** Whether the search index is complete, with every user and nobody else. PostgreSQL maintains its own. */
export async function isSearchIndexConsistent(db: Database): Promise<boolean> {
  return isPostgres(db) || ((await isWhole(db)) && !(await hasMissingOrExtraRows(db)));
}

/** SQLite compares the index with itself when this statement, which inserts nothing, runs. */
async function isWhole(db: Database): Promise<boolean> {
  return db
    .raw("insert into users_search (users_search) values ('integrity-check')")
    .then(() => true)
    .catch((error: Error) => {
      if (!("code" in error) || !String(error.code).startsWith("SQLITE_CORRUPT")) throw error;
      return false;
    });
}

/** FTS5 keeps the IDs of its rows in the table …_docsize. */
async function hasMissingOrExtraRows(db: Database): Promise<boolean> {
  const found: unknown[] = await db.raw(
    `select 1 from users full join users_search_docsize as indexed on indexed.id = users.id
       where users.id is null or indexed.id is null limit 1`,
  );
  return found.length > 0;
}
