import type { Database } from "../database/database.ts";

export type CheckedUser = {
  id: number;
  email: string;
  firstName: string;
  lastName: string;
  searchText: string;
  nameKey: string;
  erasedAt: string | null;
  deactivateOn: string | null;
  deactivateAt: string | null;
  timeZone: string;
};

const checkedColumns = {
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

const batchSize = 1_000;

/** All users, a thousand at a time. */
export async function* iterateUsers(db: Database): AsyncGenerator<CheckedUser> {
  for (let last = 0; ; ) {
    const users: CheckedUser[] = await db("users")
      .join("organizations as own", "own.id", "users.organization_id")
      .where("users.id", ">", last)
      .orderBy("users.id")
      .limit(batchSize)
      .select(checkedColumns);
    yield* users;
    if (users.length < batchSize) return;
    last = users.at(-1)?.id ?? last;
  }
}
