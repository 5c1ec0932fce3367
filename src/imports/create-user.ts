import type { Knex } from "knex";
import { type Actor, auditedChange } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import type { OrganizationId } from "../roles/people.ts";
import { insertNewUser } from "../users/changes.ts";
import type { Person } from "./plan.ts";

/**
 * Creates a user whose password nobody knows: "Forgot password?" lets them choose one. Nothing is hashed, so that ten
 * thousand take seconds.
 * @throws ValidationError
 */
export async function createImportedUser(
  trx: Knex.Transaction,
  { config }: Pick<Deps, "config">,
  { actor, organizationId, person }: { actor: Actor; organizationId: OrganizationId; person: Person },
): Promise<void> {
  // What bcrypt makes of no password, and compares in the usual time.
  const passwordHash = `$2b$${config.bcryptCost}$${".".repeat(53)}`;
  await auditedChange(trx, { actor, organizationId, action: "user.created" }, (inner) =>
    insertNewUser(inner, organizationId, { ...person, passwordHash, mustChangePassword: false }),
  );
}
