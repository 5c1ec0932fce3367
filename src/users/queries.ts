import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { prepared, preparedFor } from "../database/prepared.ts";
import { stamp } from "../platform/time.ts";
import type { OrganizationId, Status, User } from "../roles/people.ts";
import { NotFound } from "../roles/refusal.ts";
import type { Role } from "../roles/roles.ts";
import { nameKey, searchText } from "./search-text.ts";

// All SQL on users but the list's and the search's (the other files in …queries.ts). Each query takes the organization: another's users do not exist.

const columns = {
  id: "users.id",
  organizationId: "users.organization_id",
  email: "users.email",
  confirmedEmail: "users.confirmed_email",
  firstName: "users.first_name",
  lastName: "users.last_name",
  role: "users.role",
  status: "users.status",
  mustChangePassword: "users.must_change_password",
  photoHash: "users.photo_hash",
  version: "users.version",
  createdAt: "users.created_at",
  lastLoginAt: "users.last_login_at",
};

export type UserRow = Omit<User, "mustChangePassword" | "lastLoginAt"> & {
  mustChangePassword: number | boolean;
  lastLoginAt: string;
};

/** Whatever else the row has; named one by one, as copying a row takes as long as reading it. */
export function toUser(row: UserRow): User {
  const {
    id,
    organizationId,
    email,
    confirmedEmail,
    firstName,
    lastName,
    role,
    status,
    photoHash,
    version,
    createdAt,
  } = row;
  return {
    ...{ id, organizationId, email, confirmedEmail, firstName, lastName, role, status, photoHash, version, createdAt },
    mustChangePassword: Boolean(row.mustChangePassword),
    lastLoginAt: row.lastLoginAt || null,
  };
}

/** @param from the table users, where it is not alone */
export function selectUsers(db: Database, from: Knex.QueryBuilder = db("users")): Knex.QueryBuilder {
  return from.select(columns);
}

const oneUser = prepared<{ organizationId: number; id: number }, UserRow>((db, $) =>
  selectUsers(db).where({ organization_id: $.organizationId, id: $.id }),
);

export async function findUser(db: Database, organizationId: OrganizationId, id: number): Promise<User | undefined> {
  const row = await oneUser.first(db, { organizationId, id });
  return row && toUser(row);
}

/** @throws NotFound; another organization's users do not exist */
export async function requireUser(db: Database, organizationId: OrganizationId, id: number): Promise<User> {
  const user = await findUser(db, organizationId, id);
  if (!user) throw new NotFound();
  return user;
}

const usersByAnyEmail = prepared<{ email: string }, UserRow>((db, $) =>
  selectUsers(db).where({ email: $.email }).orWhere({ confirmed_email: $.email }),
);

/** Whose address it is, of any organization and status, or was until an API key set another one; it is folded already. */
export async function findUserByAnyEmail(db: Database, email: string): Promise<User | undefined> {
  const rows = await usersByAnyEmail.all(db, { email });
  const row = rows.find((found) => found.email === email) ?? rows[0];
  return row && toUser(row);
}

/**
 * Whether another user of any organization has the address: it is unique across the installation. A last confirmed
 * address counts: its owner's reset links go there.
 */
export async function isEmailTaken(db: Database, email: string, exceptId?: number): Promise<boolean> {
  return (await usersByAnyEmail.all(db, { email })).some(({ id }) => id !== exceptId);
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

/** What can be written on a user, by column; each write counts the version on. */
export type UserChange = Partial<{
  first_name: string;
  last_name: string;
  email: string;
  confirmed_email: string | null;
  role: Role;
  status: Status;
  search_text: string;
  name_key: string;
  photo_hash: string | null;
  password_hash: string;
  must_change_password: boolean;
}>;

const writeUser = preparedFor<{ columns: string[] }, Record<string, string | number | boolean | null>>(
  (db, $, { columns }) =>
    db("users")
      .where({ organization_id: $.organizationId, id: $.id })
      .update({
        ...Object.fromEntries(columns.map((column) => [column, $[column]])),
        version: db.raw("version + 1"),
      }),
);

/** @throws a unique violation where the address is taken */
export async function updateUser(
  trx: Knex.Transaction,
  organizationId: OrganizationId,
  id: number,
  change: UserChange,
): Promise<void> {
  await writeUser({ columns: Object.keys(change) }).run(trx, { ...change, organizationId, id });
}
