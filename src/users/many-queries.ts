import type { Knex } from "knex";
import { isPostgres } from "../database/database.ts";

/** Fewer are put into PostgreSQL's indexes one by one in some seconds. */
const fewest = 2_000;

/**
 * Adds many users. Each new user goes into the indexes of the search, which takes one or two milliseconds; of many who come at
 * once all users are put there anew when that is done, in a tenth of the time. Until then no search finds them.
 */
export async function addingManyUsers<T>(trx: Knex.Transaction, count: number, add: () => Promise<T>): Promise<T> {
  return isPostgres(trx) ? onPostgres(trx, count, add) : onSqlite(trx, add);
}

async function onSqlite<T>(trx: Knex.Transaction, add: () => Promise<T>): Promise<T> {
  await trx("search_off").insert({ id: 1 });
  const added = await add();
  await trx("search_off").del();
  return added;
}

async function onPostgres<T>(trx: Knex.Transaction, count: number, add: () => Promise<T>): Promise<T> {
  if (count < fewest || (await isAlreadyThere(trx, count))) return add();
  await trx.raw("select set_config('roster.places_later', 'on', true), set_config('statement_timeout', '0', true)");
  const added = await add();
  await trx.raw("select place_all_users(), set_config('roster.places_later', 'off', true)");
  return added;
}

const isAlreadyThere = async (trx: Knex.Transaction, count: number): Promise<boolean> =>
  (await trx("users").select("id").limit(1).offset(count)).length > 0;
