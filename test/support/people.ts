import { auditedChange } from "../../src/audit/audited-change.ts";
import type { Deps } from "../../src/deps.ts";
import { inviteUser } from "../../src/invitations/changes.ts";
import { ensureOrganization } from "../../src/organization/ensure.ts";
import { hideFirstSteps, updateOrganization } from "../../src/organization/queries.ts";
import { createMailer } from "../../src/outbox/mailer.ts";
import { insertOneTimeLink } from "../../src/passwords/link-queries.ts";
import { newToken } from "../../src/platform/secrets.ts";
import type { Role } from "../../src/roles/roles.ts";
import { changeUser, insertNewUser } from "../../src/users/changes.ts";

/** The password of all test users, which follows the password rule. */
export const password = "violet-otter-tramway-49";

export type Person = { id: number; email: string };
type Name = "ada" | "max" | "mia" | "ian" | "eve";
/** Ada Admin, Max Manager, Mia Member and inactive Ian of Acme (on Pro); Eve is Admin of Globex (free). Their first steps are hidden. */
export type People = Record<Name, Person>;

const testUsers: [Name, string, string, Role, string][] = [
  ["ada", "Ada", "Lovelace", "admin", "Acme"],
  ["max", "Max", "O'Brien", "manager", "Acme"],
  ["mia", "Mia", "Zoë-Núñez", "member", "Acme"],
  ["ian", "Ian", "Idle", "member", "Acme"],
  ["eve", "Eve", "Else", "admin", "Globex"],
];

const actor = { kind: "system" } as const;

export async function addPeople({ db, hashing }: Pick<Deps, "db" | "hashing">): Promise<People> {
  const passwordHash = await hashing.hash(password);
  const people: Partial<People> = {};
  for (const [name, firstName, lastName, role, organization] of testUsers) {
    const email = `${name}@example.com`;
    const id = await db.transaction(async (trx) => {
      const organizationId = await ensureOrganization(trx, { actor, name: organization });
      if (organization === "Acme") await updateOrganization(trx, organizationId, { plan: "pro" });
      await hideFirstSteps(trx, organizationId);
      const user = { email, firstName, lastName, role, passwordHash, mustChangePassword: false };
      const created = await auditedChange(trx, { actor, organizationId, action: "user.created" }, (inner) =>
        insertNewUser(inner, organizationId, user),
      );
      if (name === "ian")
        await changeUser(
          { db: trx, mailer: createMailer([]), config: { baseUrl: "" } },
          { actor, user: { organizationId, id: created.subjectId }, fields: { status: "inactive" } },
        );
      return created.subjectId;
    });
    people[name] = { id, email };
  }
  return people as People;
}

/** One more user of Acme, created by the system. */
export async function addUser(
  { db, hashing }: Pick<Deps, "db" | "hashing">,
  user: { email: string; firstName?: string; lastName?: string; role?: Role; mustChangePassword?: boolean },
): Promise<Person> {
  const passwordHash = await hashing.hash(password);
  const { firstName = "Some", lastName = "Body", role = "member", mustChangePassword = false, email } = user;
  return db.transaction(async (trx) => {
    const organizationId = await ensureOrganization(trx, { actor, name: "Acme" });
    const { subjectId } = await auditedChange(trx, { actor, organizationId, action: "user.created" }, (inner) =>
      insertNewUser(inner, organizationId, { email, firstName, lastName, role, mustChangePassword, passwordHash }),
    );
    return { id: subjectId, email };
  });
}

/** Someone who was invited to Acme by the system. `page`: the address of the link. */
export async function addInvited(
  deps: Pick<Deps, "db" | "mailer" | "config">,
  {
    email,
    firstName = "Ina",
    lastName = "Vited",
    role = "member",
  }: { email: string; role?: Role } & {
    firstName?: string;
    lastName?: string;
  },
): Promise<Person & { page: string }> {
  const organizationId = await ensureAcme(deps.db);
  const person = { email, firstName, lastName, role };
  const { user, link = "" } = await inviteUser(deps, { actor, organizationId, person, delivery: "link" });
  return { id: user.id, email, page: link.slice(deps.config.baseUrl.length) };
}

const ensureAcme = (db: Deps["db"]) => db.transaction((trx) => ensureOrganization(trx, { actor, name: "Acme" }));

/** An Admin of another organization, which is created if needed. */
export async function addAdminOf(
  { db, hashing }: Pick<Deps, "db" | "hashing">,
  organization: string,
  email: string,
): Promise<Person> {
  const passwordHash = await hashing.hash(password);
  return db.transaction(async (trx) => {
    const organizationId = await ensureOrganization(trx, { actor, name: organization });
    const person = { email, firstName: "Some", lastName: "Admin", role: "admin" as const, mustChangePassword: false };
    const { subjectId } = await insertNewUser(trx, organizationId, { ...person, passwordHash });
    return { id: subjectId, email };
  });
}

/** Many users of Acme, created together by the system. */
export async function addUsers(
  { db, hashing }: Pick<Deps, "db" | "hashing">,
  users: { email: string; firstName: string; lastName: string; role?: Role }[],
): Promise<Person[]> {
  const passwordHash = await hashing.hash(password);
  return db.transaction(async (trx) => {
    const organizationId = await ensureOrganization(trx, { actor, name: "Acme" });
    const people: Person[] = [];
    for (const user of users) {
      const row = { role: "member" as const, ...user, passwordHash, mustChangePassword: false };
      people.push({ id: (await insertNewUser(trx, organizationId, row)).subjectId, email: user.email });
    }
    return people;
  });
}

/** An open reset link of the user, valid for this many minutes. @returns its address */
export async function giveResetLink(
  { db }: Pick<Deps, "db">,
  { id }: Pick<Person, "id">,
  minutes = 30,
): Promise<string> {
  const token = newToken();
  await db.transaction((trx) =>
    insertOneTimeLink(trx, { token, purpose: "reset", userId: id, isMailed: true, lifetimeMs: minutes * 60_000 }),
  );
  return `/reset-password/${token}`;
}
