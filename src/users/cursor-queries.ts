import type { Database } from "../database/database.ts";
import { preparedFor } from "../database/prepared.ts";
import type { OrganizationId } from "../roles/people.ts";
import { type Cursor, type SortKey, sortColumns } from "./list-order.ts";

/** A user's cursor in an order; undefined if the organization has no such user. */
export async function findCursor(
  db: Database,
  organizationId: OrganizationId,
  { id, backward, key }: { id: number; backward: boolean; key: SortKey },
): Promise<Cursor | undefined> {
  const row = await cursorOf({ key }).first(db, { organizationId, id });
  return row && { values: sortColumns[key].map((column) => String(row[column])), id, backward };
}

const cursorOf = preparedFor<{ key: SortKey }, { organizationId: number; id: number }, Record<string, string>>(
  (db, $, { key }) => db("users").where({ organization_id: $.organizationId, id: $.id }).select(sortColumns[key]),
);
