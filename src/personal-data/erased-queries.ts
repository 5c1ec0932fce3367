import type { Database } from "../database/database.ts";
import type { OrganizationId } from "../roles/people.ts";
import type { ErasedUser } from "./erased-list.ts";

/** In all organizations. */
export async function listErasedUsers(db: Database): Promise<ErasedUser[]> {
  return db("users").whereNotNull("erased_at").orderBy("erased_at").select({ id: "id", createdAt: "created_at" });
}

export async function organizationOf(db: Database, userId: number): Promise<OrganizationId | undefined> {
  const row = await db("users").where({ id: userId }).first({ organizationId: "organization_id" });
  return row?.organizationId;
}
