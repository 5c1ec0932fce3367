import { userResource } from "../api/resources.ts";
import { auditedChange } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import { ensureOrganization } from "../organization/ensure.ts";
import { findOrganizationByName } from "../organization/queries.ts";
import { createPasswordHashing } from "../passwords/hashing.ts";
import { findPasswordError } from "../passwords/rule.ts";
import { ValidationError } from "../roles/errors.ts";
import { emailError, insertNewUser, type NewUserInput, newEndDateError } from "../users/changes.ts";
import { words } from "../words/words.ts";
import { type Outcome, operator } from "./command.ts";
import { describeUser, type Installation, requireOrganization, requireUserByEmail } from "./installation.ts";
import { readPassword } from "./password-input.ts";
import { listOrganizations } from "./queries.ts";

type NewUserOptions = Omit<NewUserInput, "password" | "mustChangePassword" | "deactivateOn"> & {
  deactivateOn?: string | null | undefined;
  organization?: string | undefined;
};

/**
 * Creates the user, who does not have to choose a new password.
 * @param mayFound whether to create the organization if it does not exist
 */
export async function createNewUser(
  { db, config }: Installation,
  { organization: given, deactivateOn = null, ...rest }: NewUserOptions,
  { mayFound }: { mayFound: boolean },
): Promise<Outcome> {
  const person = { ...rest, deactivateOn };
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
  const { deactivateOn: noDay } = await endDateFault(db, organization.name, person.deactivateOn);
  const faults = [
    taken && `--email: ${taken}`,
    noDay && `--deactivate-on: ${noDay}`,
    fault && `password (first line of standard input): ${fault}`,
  ];
  if (taken || noDay || fault) throw new ValidationError(faults.filter(Boolean).join("; "));
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
    organization.isNew && `Created the organization ${organization.name} on the free plan.`,
    `Created ${describeUser(person)}, ${words().roles[role]} of ${organization.name}.`,
    deactivateOn !== null && `Active until the end of ${deactivateOn}.`,
    `Log in at ${config.baseUrl}/login`,
  ];
  return { lines, json };
}

/** A new organization has no time zone of its own yet. */
async function endDateFault(
  db: Database,
  name: string,
  day: string | null | undefined,
): Promise<{ deactivateOn?: string }> {
  const known = await findOrganizationByName(db, name);
  return known ? newEndDateError(db, known.id, day) : {};
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
