import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import type { OrganizationId } from "../roles/people.ts";

const organizationName = prepared<{ id: number }, { name: string }>((db, $) =>
  db("organizations").where({ id: $.id }).select("name"),
);

export async function findOrganizationName(db: Database, id: OrganizationId): Promise<string> {
  return (await organizationName.first(db, { id }))?.name ?? "";
}
