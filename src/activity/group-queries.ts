import type { Database } from "../database/database.ts";
import type { OrganizationId } from "../roles/people.ts";

/** How many people each of these group actions changed, by the ID of its row. */
export async function countPeople(
  db: Database,
  organizationId: OrganizationId,
  groupIds: number[],
): Promise<Map<number, number>> {
  if (groupIds.length === 0) return new Map();
  const rows: { id: number; people: number | string }[] = await db("activity")
    .where({ organization_id: organizationId })
    .whereIn("group_id", groupIds)
    .groupBy("group_id")
    .select({ id: "group_id" })
    .countDistinct({ people: "subject_id" });
  return new Map(rows.map(({ id, people }) => [id, Number(people)]));
}
