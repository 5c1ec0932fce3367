import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { preparedFor } from "../database/prepared.ts";
import type { OrganizationId } from "../roles/people.ts";
import type { Position, SortKey } from "./piece-queries.ts";

// The indexes of a search stand in the order of the list (SQLite alone; migrations/0018-search-in-order.ts). Each user has a
// place in each order. Places lie on shelves of a hundred or two users: shelves are in order, places on a shelf are not, so
// that whoever comes new finds room. `…_order` says whose a place is, `…_grams` what is to be found there, `…_shelves` where
// each shelf begins.

export const orders = ["name", "email", "last_login"] as const;
export type Order = (typeof orders)[number];

/** By role and by status, users are in the order of their names. */
export const orderOf: Record<SortKey, Order> = {
  name: "name",
  email: "email",
  role: "name",
  status: "name",
  lastLogin: "last_login",
};

/** An organization has so many shelves. */
export const shelvesEach = 2 ** 33;

/** Shelves by number: from the first up to the last, which is not among them. */
export type Range = { from: number; beyond: number };

/** All that an organization can have. */
export const shelvesOf = (organizationId: OrganizationId): Range => ({
  from: organizationId * shelvesEach,
  beyond: (organizationId + 1) * shelvesEach,
});

type Shape = { order: Order; descending: boolean; most?: number | undefined };

/** The places on these shelves at which all is found that is asked for (`$.match`), in order, with the shelf of each. */
export function inShelves(
  db: Database,
  $: Record<string, Knex.Value>,
  { order, descending, most }: Shape,
): Knex.QueryBuilder {
  const grams = `${order}_grams`;
  return db.from(
    db(grams)
      .select({ place: "rowid" }, db.raw("rowid >> 14 as shelf"))
      .whereRaw("?? match ?", [grams, $.match ?? ""])
      .whereRaw("rowid >= ? << 14 and rowid < ? << 14", [$.from ?? 0, $.beyond ?? 0])
      .orderBy("rowid", descending ? "desc" : "asc")
      .modify((query) => {
        if (most !== undefined) query.limit(most);
      })
      .as("found"),
  );
}

/** The shelf that a position of the list is on. */
export async function findShelf(
  db: Database,
  organizationId: OrganizationId,
  { key, position: { values, id } }: { key: SortKey; position: Position },
): Promise<number> {
  const at = { organizationId, key: values.at(-1) ?? "", id };
  const row = await shelfAt({ order: orderOf[key] }).first(db, at);
  return shelvesOf(organizationId).from + (row?.number ?? 0);
}

const shelfAt = preparedFor<{ order: Order }, { organizationId: number; key: string; id: number }, { number: number }>(
  (db, $, { order }) =>
    db(`${order}_shelves`)
      .where({ organization_id: $.organizationId })
      .whereRaw("(key, id) <= (?, ?)", [$.key, $.id])
      .orderBy([
        { column: "key", order: "desc" },
        { column: "id", order: "desc" },
      ])
      .select("number")
      .limit(1),
);
