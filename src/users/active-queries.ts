import type { Knex } from "knex";
import { type Database, isPostgres } from "../database/database.ts";

// Who is active: the stored status, and the end of the day in deactivate_on. Every query that asks for active users asks
// here, so that the day holds whether or not the server has run since.

/** The database's clock: a prepared query takes no moment along, and several servers agree. */
export const databaseNow = (db: Database): string =>
  isPostgres(db)
    ? `to_char(statement_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
    : "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

/**
 * An Admin who is the last active one, counted in the order in which they leave, stays: an organization needs one. The
 * server removes the date within a minute.
 */
const staysAsLastAdmin = `(users.role = 'admin' and users.invited_until is null and not exists (
  select 1 from users as other
  where other.organization_id = users.organization_id and other.id <> users.id
    and other.role = 'admin' and other.status = 'active' and other.invited_until is null
    and (other.deactivate_at is null or other.deactivate_at > users.deactivate_at
      or (other.deactivate_at = users.deactivate_at and other.id > users.id))))`;

/** SQL: whether a row of `users` is stored as active although its last day is over. */
const hasLeft = (db: Database): string =>
  `case when users.status = 'active' and users.deactivate_at <= ${databaseNow(db)} then not ${staysAsLastAdmin} else false end`;

/** The same as a column. */
export const hasLeftColumn = (db: Database): Knex.Raw => db.raw(`${hasLeft(db)} as ??`, ["hasLeft"]);

/** Keeps the users of a query on `users` who are active now. */
export function active(query: Knex.QueryBuilder, db: Database): void {
  query.where("users.status", "active").whereRaw(`not ${hasLeft(db)}`);
}
