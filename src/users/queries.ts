import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { prepared, preparedFor } from "../database/prepared.ts";
import { endOfDay, timestamp } from "../platform/time.ts";
import { NotFound } from "../roles/errors.ts";
import type { OrganizationId, User } from "../roles/people.ts";
import { active, hasLeftColumn } from "./active-queries.ts";
import { type UserFields, userFieldNames, userFields } from "./fields.ts";
import { nameKey, searchText } from "./search-text.ts";

// All SQL on users except the list's and the search's (the other …queries.ts files). Each query takes the organization:
// other organizations' users do not exist.

const columns = {
  id: "users.id",
  organizationId: "users.organization_id",
  ...Object.fromEntries(userFieldNames.map((name) => [name, `users.${userFields[name].column}`])),
  confirmedEmail: "users.confirmed_email",
  mustChangePassword: "users.must_change_password",
  invitedUntil: "users.invited_until",
  photoHash: "users.photo_hash",
  version: "users.version",
  createdAt: "users.created_at",
  lastLoginAt: "users.last_login_at",
  erasedAt: "users.erased_at",
};

export type UserRow = Omit<User, "mustChangePassword" | "hasLeft" | "lastLoginAt"> & {
  mustChangePassword: number | boolean;
  hasLeft: number | boolean;
  lastLoginAt: string;
};

/** The whole row, because copying it would take as long as reading it. */
export function toUser(row: UserRow): User {
  return Object.assign(row, {
    mustChangePassword: Boolean(row.mustChangePassword),
    hasLeft: Boolean(row.hasLeft),
    status: row.hasLeft ? "inactive" : row.status,
    lastLoginAt: row.lastLoginAt || null,
  });
}

/** @param from the table users, if the query has others */
export function selectUsers(db: Database, from: Knex.QueryBuilder = db("users")): Knex.QueryBuilder {
  return from.select(columns).select(hasLeftColumn(db));
}

const oneUser = prepared<{ organizationId: number; id: number }, UserRow>((db, $) =>
  selectUsers(db).where({ organization_id: $.organizationId, id: $.id }),
);

export async function findUser(db: Database, organizationId: OrganizationId, id: number): Promise<User | undefined> {
  const row = await oneUser.first(db, { organizationId, id });
  return row && toUser(row);
}

/** @throws NotFound; other organizations' users do not exist */
export async function requireUser(db: Database, organizationId: OrganizationId, id: number): Promise<User> {
  const user = await findUser(db, organizationId, id);
  if (!user) throw new NotFound();
  return user;
}

/** Some hundred at a time, in the order of these columns. */
export async function findUsersByIds(
  db: Database,
  organizationId: OrganizationId,
  ids: number[],
  { columns, descending } = { columns: ["name_key"], descending: false },
): Promise<Map<number, User>> {
  const rows: UserRow[] = await selectUsers(db)
    .where({ organization_id: organizationId })
    .whereIn("users.id", ids)
    .orderBy([...columns, "id"].map((column) => ({ column, order: descending ? "desc" : "asc" })));
  return new Map(rows.map(toUser).map((user) => [user.id, user]));
}

const usersByAnyEmail = prepared<{ email: string }, UserRow>((db, $) =>
  selectUsers(db).where({ email: $.email }).orWhere({ confirmed_email: $.email }),
);

/**
 * The user with this folded address, or who had it until an API key set another one, in any organization and status.
 */
export async function findUserByAnyEmail(db: Database, email: string): Promise<User | undefined> {
  const rows = await usersByAnyEmail.all(db, { email });
  const row = rows.find((found) => found.email === email) ?? rows[0];
  return row && toUser(row);
}

/**
 * Whether another user of any organization has the address: it is unique in the installation. A last confirmed address
 * counts, because its owner's reset links go there.
 */
export async function isEmailTaken(db: Database, email: string, exceptId?: number): Promise<boolean> {
  return (await usersByAnyEmail.all(db, { email })).some(({ id }) => id !== exceptId);
}

const activeAdmins = prepared<{ organizationId: number }, { count: number | string }>((db, $) =>
  db("users")
    .where({ organization_id: $.organizationId, role: "admin", invited_until: null })
    .modify(active, db)
    .count({ count: "*" }),
);

/** Without those who have not accepted their invitation yet. */
export async function countActiveAdmins(db: Database, organizationId: OrganizationId): Promise<number> {
  return Number((await activeAdmins.first(db, { organizationId }))?.count ?? 0);
}

export type NewPerson = Pick<UserFields, "firstName" | "lastName" | "email" | "role"> & Partial<UserFields>;
/** With a password, or invited to choose one. */
export type NewUser = NewPerson & ({ passwordHash: string; mustChangePassword: boolean } | { invitedUntil: string });

type Written = Record<string, string | number | boolean | null>;
const writeNewUser = preparedFor<{ columns: string[] }, Written, { id: number }>((db, $, { columns }) =>
  db("users")
    .insert(Object.fromEntries(columns.map((name) => [name, $[name]])))
    .returning("id"),
);

/** @throws a unique violation if the address is taken */
export async function insertUser(
  trx: Knex.Transaction,
  organizationId: OrganizationId,
  user: NewUser,
): Promise<number> {
  const row = {
    organization_id: organizationId,
    status: "active",
    ...toColumns(user),
    ...(user.deactivateOn && { deactivate_at: await endOf(trx, organizationId, user.deactivateOn) }),
    ...("invitedUntil" in user
      ? { password_hash: "", invited_until: user.invitedUntil }
      : { password_hash: user.passwordHash, must_change_password: user.mustChangePassword }),
    search_text: searchText(user),
    name_key: nameKey(user),
    created_at: timestamp(),
  };
  const written = await writeNewUser({ columns: Object.keys(row) }).first(trx, row);
  if (!written) throw new Error("a new user has no ID");
  return written.id;
}

const timeZone = prepared<{ id: number }, { name: string }>((db, $) =>
  db("organizations").where({ id: $.id }).select({ name: "time_zone" }),
);

export async function findTimeZone(db: Database, id: OrganizationId): Promise<string> {
  return (await timeZone.first(db, { id }))?.name ?? "UTC";
}

/** When the day is over in the organization's time zone. */
export async function endOf(db: Database, organizationId: OrganizationId, day: string): Promise<string> {
  return endOfDay(day, await findTimeZone(db, organizationId));
}

/** The fields' values by column. */
export function toColumns(values: Partial<UserFields>): UserChange {
  const names = userFieldNames.filter((name) => name in values);
  return Object.fromEntries(names.map((name) => [userFields[name].column, values[name]]));
}

type FieldColumns = {
  [Name in keyof UserFields as (typeof userFields)[Name]["column"]]: UserFields[Name];
};

/** The columns of a user that can be written; each write increases the version. */
export type UserChange = Partial<
  FieldColumns & {
    confirmed_email: string | null;
    proven_email: string;
    search_text: string;
    name_key: string;
    deactivate_at: string | null;
    end_announced: boolean;
    photo_hash: string | null;
    language: string | null;
    password_hash: string;
    must_change_password: boolean;
    invited_until: string | null;
  }
>;

const writeUser = preparedFor<{ columns: string[] }, Written>((db, $, { columns }) =>
  db("users")
    .where({ organization_id: $.organizationId, id: $.id })
    .update({ ...Object.fromEntries(columns.map((name) => [name, $[name]])), version: db.raw("version + 1") }),
);

/** @throws a unique violation if the address is taken */
export async function updateUser(
  trx: Knex.Transaction,
  organizationId: OrganizationId,
  id: number,
  change: UserChange,
): Promise<void> {
  await writeUser({ columns: Object.keys(change) }).run(trx, { ...change, organizationId, id });
}
