import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import type { User } from "../roles/people.ts";

// The rows that `check` reads one by one.

const batchSize = 1_000;

/** The rows of a query, a thousand at a time. @param id the column that identifies them */
async function* byId<Row extends { id: number }>(id: string, build: () => Knex.QueryBuilder): AsyncGenerator<Row> {
  for (let last = 0; ; ) {
    const rows: Row[] = await build().where(id, ">", last).orderBy(id).limit(batchSize);
    yield* rows;
    if (rows.length < batchSize) return;
    last = rows.at(-1)?.id ?? last;
  }
}

type CheckedUser = Pick<User, "id" | "email" | "firstName" | "lastName" | "erasedAt" | "deactivateOn"> & {
  searchText: string;
  nameKey: string;
  deactivateAt: string | null;
  timeZone: string;
};

const userColumns = {
  id: "users.id",
  email: "users.email",
  firstName: "users.first_name",
  lastName: "users.last_name",
  searchText: "users.search_text",
  nameKey: "users.name_key",
  erasedAt: "users.erased_at",
  deactivateOn: "users.deactivate_on",
  deactivateAt: "users.deactivate_at",
  timeZone: "own.time_zone",
};

export function iterateUsers(db: Database): AsyncGenerator<CheckedUser> {
  return byId("users.id", () =>
    db("users").join("organizations as own", "own.id", "users.organization_id").select(userColumns),
  );
}

/** The changes as history stores them. */
export function iterateChanges(db: Database): AsyncGenerator<{ id: number; changes: string }> {
  return byId("id", () => db("activity").select("id", "changes"));
}

/** One photo at a time, because they are large. */
export async function* iteratePhotos(
  db: Database,
): AsyncGenerator<{ userId: number; hash: string; large: Buffer; small: Buffer }> {
  for (const userId of await db("photos").orderBy("user_id").pluck("user_id")) {
    const photo = await db("photos").where({ user_id: userId }).first("hash", "large", "small");
    if (photo) yield { userId, ...photo };
  }
}
