import { userResource } from "../api/resources.ts";
import { auditedChange } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import { ensureOrganization } from "../organization/ensure.ts";
import { findOrganizationByName } from "../organization/queries.ts";
import { createPasswordHashing } from "../passwords/hashing.ts";
import { findPasswordError } from "../passwords/rule.ts";
import { ValidationError } from "../roles/errors.ts";
import { roleNames } from "../roles/roles.ts";
import { emailError, insertNewUser, type NewUserInput } from "../users/changes.ts";
import { type Outcome, operator } from "./command.ts";
import { describeUser, requireOrganization, requireUserByEmail, withInstallation } from "./installation.ts";
import { readPassword } from "./password-input.ts";
import { listOrganizations } from "./queries.ts";

type NewUserOptions = Omit<NewUserInput, "password" | "mustChangePassword"> & { organization?: string | undefined };

/**
 * Creates the user, who does not have to choose a new password.
 * @param mayFound whether to create the data file and the organization if they do not exist
 */
export async function createNewUser(
  { organization: given, ...person }: NewUserOptions,
  { mayFound }: { mayFound: boolean },
): Promise<Outcome> {
  return withInstallation(
    async ({ db, config }) => {
      const organization = mayFound
        ? await chooseOrganization(db, given)
        : { ...(await requireOrganization(db, given ?? "")), isNew: false };
      // Before asking for the password: with a mistyped name the command would create an unwanted organization.
      if (organization.isNew && process.stdin.isTTY) console.error(await organizationNote(db, organization.name));
      const password = await readPassword();
      const fault = await findPasswordError(
        password,
        { ...person, organization: organization.name },
        { minLength: config.passwordMinLength, requester: "operator" },
      );
      const { email: taken } = await emailError(db, person.email);
      const faults = [taken && `--email: ${taken}`, fault && `password (first line of standard input): ${fault}`];
      if (taken || fault) throw new ValidationError(faults.filter(Boolean).join("; "));
      const passwordHash = await createPasswordHashing(config.bcryptCost).hash(password);
      await db.transaction(async (trx) => {
        const organizationId = await ensureOrganization(trx, { actor: operator, name: organization.name });
        await auditedChange(trx, { actor: operator, organizationId, action: "user.created" }, (inner) =>
          insertNewUser(inner, organizationId, { ...person, passwordHash, mustChangePassword: false }),
        );
      });
      const { email, role } = person;
      const json = {
        user: userResource(await requireUserByEmail(db, email)),
        organization: await requireOrganization(db, organization.name),
      };
      const lines = [
        ...(organization.isNew ? [`Created the organization ${organization.name} on the free plan.`] : []),
        `Created ${describeUser(person)}, ${roleNames[role]} of ${organization.name}.`,
        `Log in at ${config.baseUrl}/login`,
      ];
      return { lines, json };
    },
    { allowsNew: mayFound },
  );
}

async function organizationNote(db: Database, name: string): Promise<string> {
  const known = (await listOrganizations(db)).map((organization) => organization.name);
  const others = known.length > 0 ? ` Existing ones: ${known.join(", ")}` : "";
  return `This creates a new organization, ${name}.${others}`;
}

/** The organization with this name, as stored; without a name the only one there is. */
async function chooseOrganization(db: Database, given: string | undefined): Promise<{ name: string; isNew: boolean }> {
  if (given !== undefined) {
    const known = await findOrganizationByName(db, given);
    return { name: known?.name ?? given, isNew: !known };
  }
  const names = (await listOrganizations(db)).map(({ name }) => name);
  if (names.length > 1) throw new ValidationError(`--organization: Choose an organization: ${names.join(", ")}`);
  return { name: names[0] ?? "My organization", isNew: names.length === 0 };
}
