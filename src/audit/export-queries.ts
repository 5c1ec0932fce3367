import type { Database } from "../database/database.ts";
import type { OrganizationId } from "../roles/people.ts";

/** The ids between which all of an organization's history lies; 0 where there is none. */
export async function findIdRange(
  db: Database,
  organizationId: OrganizationId,
): Promise<{ oldest: number; newest: number }> {
  const end = async (direction: "asc" | "desc"): Promise<number> => {
    const row = await db("activity").where({ organization_id: organizationId }).orderBy("id", direction).first("id");
    return row?.id ?? 0;
  };
  return { oldest: await end("asc"), newest: await end("desc") };
}
