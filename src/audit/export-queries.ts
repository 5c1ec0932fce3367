import type { Database } from "../database/database.ts";
import type { OrganizationId } from "../roles/people.ts";

/** The lowest and highest ID of an organization's history; 0 if there is none. */
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
