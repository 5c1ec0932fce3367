import type { Knex } from "knex";
import { type Actor, auditedChange } from "../audit/audited-change.ts";
import type { OrganizationId } from "../roles/people.ts";
import { findOrganizationByName, insertOrganization } from "./queries.ts";

/** Finds the organization by name, or creates it. */
export async function ensureOrganization(
  trx: Knex.Transaction,
  { actor, name }: { actor: Actor; name: string },
): Promise<OrganizationId> {
  const known = await findOrganizationByName(trx, name);
  if (known) return known.id;
  const organizationId = await insertOrganization(trx, { name });
  await auditedChange(trx, { actor, organizationId, action: "organization.created" }, async () => ({
    changes: { name: { before: null, after: name } },
  }));
  return organizationId;
}
