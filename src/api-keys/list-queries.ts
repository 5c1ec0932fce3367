import type { Knex } from "knex";
import { type Database, isPostgres } from "../database/database.ts";
import { preparedFor } from "../database/prepared.ts";
import { timestamp, timestampIn } from "../platform/time.ts";
import type { OrganizationId, Status } from "../roles/people.ts";
import type { ApiKey } from "./queries.ts";
import { type KeyFilter, reminderMs, unusedMs } from "./rules.ts";

/** A key of the organization with its owner. */
export type ListedKey = Omit<ApiKey, "lifetimeDays" | "createdBy"> & {
  owner: { id: number; firstName: string; lastName: string; email: string; status: Status };
};

type Row = Omit<ListedKey, "owner"> & {
  ownerId: number;
  firstName: string;
  lastName: string;
  email: string;
  status: Status;
};

type Wanted = {
  filter?: KeyFilter | undefined;
  /** Older than the key `before`, or newer than the key `after`: correct while keys are added. */
  before?: number | undefined;
  after?: number | undefined;
  limit: number;
};

/** The organization's keys, newest first; with a filter, only those that still work. */
export async function listOrganizationKeys(
  db: Database,
  organizationId: OrganizationId,
  { filter, before, after, limit }: Wanted,
): Promise<ListedKey[]> {
  const cursor = before === undefined ? (after === undefined ? "none" : "after") : "before";
  const moments = { now: timestamp(), soon: timestampIn(reminderMs), unusedSince: timestampIn(-unusedMs) };
  const values = { organizationId, id: before ?? after ?? 0, ...moments };
  const rows = await rowsOf({ filter: filter ?? "all", cursor, limit }).all(db, values);
  if (cursor === "after") rows.reverse();
  return rows.map(toListedKey);
}

/** The organization's keys with these IDs, newest first. */
export async function listKeysById(
  db: Database,
  organizationId: OrganizationId,
  ids: readonly number[],
): Promise<ListedKey[]> {
  const rows: Row[] = await selectKeys(db("api_keys as key"))
    .where({ "key.organization_id": organizationId })
    .whereIn("key.id", [...ids])
    .orderBy("key.id", "desc");
  return rows.map(toListedKey);
}

/** The IDs of the organization's keys with this name or these first characters, as part of another query. */
export function selectKeyIds(db: Database, organizationId: OrganizationId, text: string): Knex.QueryBuilder {
  const start = text.replace(/…$/, "");
  return db("api_keys")
    .where({ organization_id: organizationId })
    .where((either) => either.where({ name: text }).orWhere({ start }))
    .select("id");
}

type Shape = { filter: KeyFilter | "all"; cursor: "none" | "before" | "after"; limit: number };
type Values = { organizationId: number; id: number; now: string; soon: string; unusedSince: string };
type Params = Record<keyof Values, Knex.Value>;

/** Sorts only numbers, and then reads the rows of one page. */
const rowsOf = preparedFor<Shape, Values, Row>((db, $, { filter, cursor, limit }) => {
  const direction = cursor === "after" ? "asc" : "desc";
  const ids = db("api_keys as key")
    .where({ "key.organization_id": $.organizationId })
    .modify((query) => {
      if (cursor !== "none") query.where("key.id", cursor === "before" ? "<" : ">", $.id);
      if (filter === "all") return;
      query.where({ "key.revoked_at": null });
      query.where((either) => either.whereNull("key.expires_at").orWhere("key.expires_at", ">", $.now));
      filters[filter](query, $, db);
    })
    // "+" makes SQLite use the index of the filter, and sort what it finds.
    .orderByRaw(`${isFew.has(filter) && !isPostgres(db) ? "+" : ""}key.id ${direction}`)
    .limit(limit)
    .select("key.id");
  return selectKeys(db.from(ids.as("page")).join("api_keys as key", "key.id", "page.id")).orderBy("key.id", direction);
});

/** The filters that usually find few keys, each by its own index. */
const isFew = new Set<Shape["filter"]>(["expires-7-days", "owner-inactive"]);

const filters: Record<KeyFilter, (query: Knex.QueryBuilder, $: Params, db: Database) => void> = {
  "never-used": (query) => query.where({ "key.last_used_at": null }),
  "unused-90-days": (query, $) => query.whereRaw("coalesce(key.last_used_at, key.created_at) < ?", [$.unusedSince]),
  // A replaced key is meant to expire.
  "expires-7-days": (query, $) =>
    query.where("key.expires_at", ">", $.now).where("key.expires_at", "<=", $.soon).where({ "key.replaced_by": null }),
  "owner-inactive": (query, $, db) =>
    query.whereIn(
      "key.user_id",
      db("users").where({ organization_id: $.organizationId, status: "inactive" }).select("id"),
    ),
};

const selectKeys = (keys: Knex.QueryBuilder): Knex.QueryBuilder =>
  keys.join("users as owner", "owner.id", "key.user_id").select(columns);

const columns = {
  id: "key.id",
  name: "key.name",
  start: "key.start",
  scope: "key.scope",
  createdAt: "key.created_at",
  expiresAt: "key.expires_at",
  lastUsedAt: "key.last_used_at",
  lastUsedAddress: "key.last_used_address",
  revokedAt: "key.revoked_at",
  replacedBy: "key.replaced_by",
  ownerId: "owner.id",
  firstName: "owner.first_name",
  lastName: "owner.last_name",
  email: "owner.email",
  status: "owner.status",
};

function toListedKey({ ownerId, firstName, lastName, email, status, ...key }: Row): ListedKey {
  return { ...key, owner: { id: ownerId, firstName, lastName, email, status } };
}
