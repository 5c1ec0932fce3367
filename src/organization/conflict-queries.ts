import type { Database } from "../database.ts";
import type { OrganizationId } from "./queries.ts";

/** The last time the organization was renamed, as history has it: what a form was opened with, and whose change came since. */
export async function findLastRename(
  db: Database,
  id: OrganizationId,
): Promise<{ id: number; actorId: number | null } | undefined> {
  return db("activity")
    .where({ organization_id: id, action: "organization.renamed" })
    .orderBy("id", "desc")
    .first({ id: "id", actorId: "actor_id" });
}
