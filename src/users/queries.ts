import type { Knex } from "knex";
import type { Database } from "../database.ts";
import type { OrganizationId } from "../organization/queries.ts";
import type { Role } from "../roles/roles.ts";
import { stamp } from "../time.ts";
import type { Status } from "./rules.ts";
import { nameKey, searchText } from "./search-text.ts";

// All SQL on users but the list's (list-queries.ts). Each query takes the organization: another's users do not exist.

export type User = {
  id: number;
  organizationId: OrganizationId;
  email: string;
  firstName: string;
  lastName: string;
  role: Role;
  status: Status;
  mustChangePassword: boolean;
  photoHash: string | null;
  /** Counts every change, so that a form knows what it was opened with. */
  version: number;
  createdAt: string;
  lastLoginAt: string | null;
};

const columns = {
  id: "id",
  organizationId: "organization_id",
  email: "email",
  firstName: "first_name",
  lastName: "last_name",
  role: "role",
  status: "status",
  mustChangePassword: "must_change_password",
  photoHash: "photo_hash",
  version: "version",
  createdAt: "created_at",
  lastLoginAt: "last_login_at",
};

type Row = Omit<User, "mustChangePassword" | "lastLoginAt"> & {
  mustChangePassword: number | boolean;
  lastLoginAt: string;
};

export function toUser(row: Row): User {
  return { ...row, mustChangePassword: Boolean(row.mustChangePassword), lastLoginAt: row.lastLoginAt || null };
}

export function selectUsers(db: Database): Knex.QueryBuilder {
  return db("users").select(columns);
}

export async function findUser(db: Database, organizationId: OrganizationId, id: number): Promise<User | undefined> {
  const row = await selectUsers(db).where({ organization_id: organizationId, id }).first();
  return row && toUser(row);
}

/** Whether somebody else of any organization has the address: it is unique across the installation. */
export async function isEmailTaken(db: Database, email: string, exceptId?: number): Promise<boolean> {
  const row = await db("users").where({ email }).first("id");
  return row !== undefined && row.id !== exceptId;
}

export async function countActiveAdmins(db: Database, organizationId: OrganizationId): Promise<number> {
  const row = await db("users")
    .where({ organization_id: organizationId, role: "admin", status: "active" })
    .count({ count: "*" })
    .first();
  return Number(row?.count ?? 0);
}

export type NewUser = {
  email: string;
  firstName: string;
  lastName: string;
  role: Role;
  passwordHash: string;
  mustChangePassword: boolean;
};

/** @throws a unique violation where the address is taken */
export async function insertUser(
  trx: Knex.Transaction,
  organizationId: OrganizationId,
  user: NewUser,
): Promise<number> {
  const [row] = await trx("users")
    .insert({
      organization_id: organizationId,
      email: user.email,
      first_name: user.firstName,
      last_name: user.lastName,
      role: user.role,
      status: "active",
      password_hash: user.passwordHash,
      must_change_password: user.mustChangePassword,
      search_text: searchText(user),
      name_key: nameKey(user),
      created_at: stamp(),
    })
    .returning("id");
  return row.id;
}

/** What can be written on a user; each write counts the version on. */
type UserChange = Partial<{
  role: Role;
  status: Status;
  photo_hash: string | null;
  password_hash: string;
  must_change_password: boolean;
}>;

export async function updateUser(
  trx: Knex.Transaction,
  organizationId: OrganizationId,
  id: number,
  change: UserChange,
): Promise<void> {
  await trx("users")
    .where({ organization_id: organizationId, id })
    .update({ ...change, version: trx.raw("version + 1") });
}

/** @throws a unique violation where the address is taken */
export async function updatePersonalInformation(
  trx: Knex.Transaction,
  organizationId: OrganizationId,
  id: number,
  person: { firstName: string; lastName: string; email: string },
): Promise<void> {
  await trx("users")
    .where({ organization_id: organizationId, id })
    .update({
      first_name: person.firstName,
      last_name: person.lastName,
      email: person.email,
      search_text: searchText(person),
      name_key: nameKey(person),
      version: trx.raw("version + 1"),
    });
}
