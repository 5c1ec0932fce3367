import type { Knex } from "knex";
import { generateKeyValue, keyStart } from "../api-keys/key.ts";
import type { Action } from "../audit/actions.ts";
import type { Changes } from "../audit/audited-change.ts";
import { insertActivity } from "../audit/queries.ts";
import type { Database } from "../database/database.ts";
import { fold } from "../platform/fold.ts";
import { hashToken } from "../platform/secrets.ts";
import type { Organization, OrganizationId, Status } from "../roles/people.ts";
import type { Role } from "../roles/roles.ts";
import { type Photo, photoHash } from "../users/photo-queries.ts";
import { nameKey, searchText } from "../users/search-text.ts";
import { operator } from "./command.ts";
import type { DemoKey, HistoryEvent } from "./demo-history.ts";

// Queries that only commands need, and the demo's inserts, with past dates and many rows at a time.

/** SQLite accepts at most 500 rows in one statement as Knex writes it. */
const batchSize = 100;

export async function listOrganizations(db: Database): Promise<Organization[]> {
  return db("organizations").orderBy("name_key").select("id", "name", "plan");
}

/** Adds a row to every organization's history. */
export async function recordEverywhere(trx: Knex.Transaction, action: Action, changes: Changes): Promise<void> {
  for (const organizationId of await trx("organizations").pluck("id"))
    await insertActivity(trx, { actor: operator, organizationId, action, changes });
}

/** When the newest history row was written; undefined if there is none. */
export async function findNewestTime(db: Database): Promise<string | undefined> {
  const row = await db("activity").orderBy("id", "desc").first("at");
  return row?.at;
}

/** A key with its owner, in any organization. */
export type FoundKey = {
  id: number;
  name: string;
  start: string;
  revokedAt: string | null;
  userId: number;
  organizationId: OrganizationId;
  email: string;
};

/** By its ID, by its first characters (which several keys may share), or by the whole key's hash. */
export async function findKeys(
  db: Database,
  wanted: { id: number } | { start: string } | { hash: string },
): Promise<FoundKey[]> {
  return db("api_keys as key")
    .join("users as owner", "owner.id", "key.user_id")
    .modify((query) => {
      if ("id" in wanted) query.where({ "key.id": wanted.id });
      else if ("start" in wanted) query.where({ "key.start": wanted.start });
      else query.where({ "key.key_hash": wanted.hash });
    })
    .orderBy("key.id")
    .select({
      id: "key.id",
      name: "key.name",
      start: "key.start",
      revokedAt: "key.revoked_at",
      userId: "owner.id",
      organizationId: "owner.organization_id",
      email: "owner.email",
    });
}

/** Whether there is no user and no organization. */
export async function isInstallationEmpty(db: Database): Promise<boolean> {
  return !(await db("users").first("id")) && !(await db("organizations").first("id"));
}

export async function insertDemoOrganization(
  trx: Knex.Transaction,
  { name, createdAt }: { name: string; createdAt: string },
): Promise<OrganizationId> {
  const row = { name, name_key: fold(name), plan: "pro", created_at: createdAt, shows_first_steps: false };
  const [inserted] = await trx("organizations").insert(row).returning("id");
  return inserted.id;
}

type PastUser = {
  email: string;
  firstName: string;
  lastName: string;
  role: Role;
  status: Status;
  passwordHash: string;
  photo: Photo | undefined;
  version: number;
  createdAt: string;
  lastLoginAt: string | null;
};

/** @returns the ID of the user at an index of the list */
export async function insertDemoUsers(
  trx: Knex.Transaction,
  organizationId: OrganizationId,
  users: readonly PastUser[],
): Promise<(index: number) => number> {
  const rows = users.map((user) => ({
    organization_id: organizationId,
    email: user.email,
    first_name: user.firstName,
    last_name: user.lastName,
    role: user.role,
    status: user.status,
    password_hash: user.passwordHash,
    photo_hash: user.photo ? photoHash(user.photo) : null,
    search_text: searchText(user),
    name_key: nameKey(user),
    version: user.version,
    created_at: user.createdAt,
    last_login_at: user.lastLoginAt ?? "",
  }));
  await trx.batchInsert("users", rows, batchSize);
  const inserted: { id: number; email: string }[] = await trx("users")
    .where({ organization_id: organizationId })
    .select("id", "email");
  const ids = new Map(inserted.map(({ id, email }) => [email, id]));
  const photos = users.flatMap(({ email, photo }) =>
    photo ? [{ user_id: ids.get(email), hash: photoHash(photo), small: photo.small, large: photo.large }] : [],
  );
  await trx.batchInsert("photos", photos, batchSize);
  return (index) => ids.get(users[index]?.email ?? "") ?? 0;
}

/** Converts the demo's days ago to moments, and its people's indexes to IDs. */
type Past = { at: (daysAgo: number) => string; idOf: (index: number) => number };

/** Keys that nobody knows: only their hash is kept. */
export async function insertDemoKeys(
  trx: Knex.Transaction,
  keys: readonly DemoKey[],
  { at, idOf, organizationId }: Past & { organizationId: OrganizationId },
): Promise<void> {
  const rows = keys.map(({ owner, creator, name, createdDaysAgo, usedDaysAgo, revokedDaysAgo }) => {
    const key = generateKeyValue();
    return {
      organization_id: organizationId,
      user_id: idOf(owner),
      name,
      start: keyStart(key),
      key_hash: hashToken(key),
      created_by: idOf(creator),
      created_at: at(createdDaysAgo),
      last_used_at: usedDaysAgo === undefined ? null : at(usedDaysAgo),
      revoked_at: revokedDaysAgo === undefined ? null : at(revokedDaysAgo),
    };
  });
  await trx.batchInsert("api_keys", rows, batchSize);
}

/** @param history oldest first: pages list it by ID; an undefined actor is the operator */
export async function insertDemoActivity(
  trx: Knex.Transaction,
  history: readonly (HistoryEvent & { version: number | undefined })[],
  { at, idOf, organizationId }: Past & { organizationId: OrganizationId },
): Promise<void> {
  const rows = history.map(({ daysAgo, actor, subject, version, action, changes }) => ({
    at: at(daysAgo),
    organization_id: organizationId,
    actor_kind: actor === undefined ? "operator" : "user",
    actor_id: actor === undefined ? null : idOf(actor),
    subject_id: subject === undefined ? null : idOf(subject),
    subject_version: version ?? null,
    action,
    changes: JSON.stringify(changes),
  }));
  await trx.batchInsert("activity", rows, batchSize);
}
