import type { Knex } from "knex";
import type { Database } from "../database.ts";
import type { OrganizationId } from "../organization/queries.ts";
import type { Role } from "../roles/roles.ts";
import { selectUsers, toUser, type User } from "./queries.ts";
import type { Status } from "./rules.ts";
import { searchWords } from "./search-text.ts";

export const sortKeys = ["name", "email", "role", "status", "lastLogin"] as const;
export type SortKey = (typeof sortKeys)[number];

export type UserFilter = { search: string; role?: Role | undefined; status?: Status | undefined };
export type UserOrder = { key: SortKey; descending: boolean };

/** Where a page begins: after (or, going back, before) the user with these sort values. */
export type Position = { values: string[]; id: number; backward: boolean };

/** The columns of each order; the id comes last in all of them, so that no two users stand at the same place. */
const sortColumns: Record<SortKey, string[]> = {
  name: ["name_key"],
  email: ["email"],
  role: ["role", "name_key"],
  status: ["status", "name_key"],
  lastLogin: ["last_login_at"],
};

export type UserPage = { users: User[]; previous: Position | undefined; next: Position | undefined };

/** One page by keyset: as quick at the end of a million users as at the beginning, and right while rows are added. */
export async function listUsers(
  db: Database,
  organizationId: OrganizationId,
  { filter, order, from, limit }: { filter: UserFilter; order: UserOrder; from: Position | undefined; limit: number },
): Promise<UserPage> {
  const columns = [...sortColumns[order.key], "id"];
  const descending = order.descending !== (from?.backward ?? false);
  const rows = await selectUsers(db)
    .select({ nameKey: "name_key" })
    .where({ organization_id: organizationId })
    .modify(matching, db, filter)
    .modify((query) => {
      // A position of another order (a hand-made address) is as good as none.
      if (from && from.values.length === columns.length - 1)
        query.whereRaw(...beyond(columns, [...from.values, from.id], descending));
    })
    .orderBy(columns.map((column) => ({ column, order: descending ? "desc" : "asc" })))
    .limit(limit + 1);
  const more = rows.length > limit;
  const page = rows.slice(0, limit);
  if (from?.backward) page.reverse();
  const at = (row: (typeof page)[number] | undefined, backward: boolean): Position | undefined => {
    if (!row) return undefined;
    const values: Record<SortKey, string[]> = {
      name: [row.nameKey],
      email: [row.email],
      role: [row.role, row.nameKey],
      status: [row.status, row.nameKey],
      lastLogin: [row.lastLoginAt],
    };
    return { values: values[order.key], id: row.id, backward };
  };
  return {
    users: page.map(toUser),
    previous: (from?.backward ? more : from !== undefined) ? at(page[0], true) : undefined,
    next: !from?.backward && !more ? undefined : at(page.at(-1), false),
  };
}

/** The place of a user in an order; undefined where the organization has no such user. */
export async function findPosition(
  db: Database,
  organizationId: OrganizationId,
  { id, backward, key }: { id: number; backward: boolean; key: SortKey },
): Promise<Position | undefined> {
  const row = await db("users").where({ organization_id: organizationId, id }).first(sortColumns[key]);
  return row && { values: sortColumns[key].map((column) => row[column]), id, backward };
}

/** `(a, b, id) > (…)` as SQL with its bindings. */
function beyond(columns: string[], values: (string | number)[], descending: boolean): [string, (string | number)[]] {
  return [`(${columns.join(", ")}) ${descending ? "<" : ">"} (${columns.map(() => "?").join(", ")})`, values];
}

/** How many match, counted no further than `cap`: an exact total would cost more than the page itself. */
export async function countUsers(
  db: Database,
  organizationId: OrganizationId,
  filter: UserFilter,
  cap: number,
): Promise<number> {
  const some = db("users")
    .where({ organization_id: organizationId })
    .modify(matching, db, filter)
    .select("id")
    .limit(cap);
  const row = await db.from(some.as("some")).count({ count: "*" }).first();
  return Number(row?.count ?? 0);
}

/** The ids of all whom a search finds, as a part of another query. */
export function selectMatchingIds(db: Database, organizationId: OrganizationId, search: string): Knex.QueryBuilder {
  return db("users").where({ organization_id: organizationId }).modify(matching, db, { search }).select("id");
}

function matching(query: Knex.QueryBuilder, db: Database, filter: UserFilter): void {
  if (filter.role) query.where({ role: filter.role });
  if (filter.status) query.where({ status: filter.status });
  for (const word of searchWords(filter.search)) {
    const grams = trigrams(word);
    if (grams.length > 0)
      query.whereIn("id", db("users_search").select("rowid").whereRaw("users_search match ?", grams.join(" AND ")));
    query.whereRaw("instr(search_text, ?) > 0", word);
  }
}

/** The quoted trigrams of a word for the full-text index, which knows nothing shorter. */
function trigrams(word: string): string[] {
  const letters = [...word];
  const grams = letters.slice(2).map((_, i) => letters.slice(i, i + 3).join(""));
  return [...new Set(grams)].map((gram) => `"${gram.replaceAll('"', '""')}"`);
}
