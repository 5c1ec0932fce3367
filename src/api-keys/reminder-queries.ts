import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import type { OrganizationId } from "../roles/people.ts";

/** Which reminder a key's owner gets: a week before it expires, or on the day. */
export type Reminder = "week" | "day";

/** Keys are paused on the free plan, so they are not reminded of. */
export async function listOrganizationsWithKeys(db: Database): Promise<{ id: OrganizationId; timeZone: string }[]> {
  return db("organizations").where({ plan: "pro" }).orderBy("id").select({ id: "id", timeZone: "time_zone" });
}

type Due = {
  organizationId: OrganizationId;
  reminder: Reminder;
  /** Stored moments: the key expires after the first, and before the second or at it. */
  after: string;
  upTo: string;
  minLifetimeDays: number;
};

type DueKey = {
  id: number;
  name: string;
  start: string;
  expiresAt: string;
  owner: { id: number; email: string; confirmedEmail: string | null; firstName: string };
};

type Row = Omit<DueKey, "owner"> & Omit<DueKey["owner"], "id"> & { ownerId: number };

/** Live keys of active owners whose reminder has not been queued, the first to expire first. */
export async function listDueKeys(db: Database, due: Due, limit: number): Promise<DueKey[]> {
  const { organizationId, reminder, after, upTo, minLifetimeDays } = due;
  const rows: Row[] = await db("api_keys as key")
    .join("users as owner", "owner.id", "key.user_id")
    .where({ "key.organization_id": organizationId, "owner.status": "active" })
    .modify(isUnreminded, "key.", reminder)
    .where("key.expires_at", ">", after)
    .where("key.expires_at", "<=", upTo)
    .where("key.lifetime_days", ">=", minLifetimeDays)
    .orderBy(["key.expires_at", "key.id"])
    .limit(limit)
    .select({
      id: "key.id",
      name: "key.name",
      start: "key.start",
      expiresAt: "key.expires_at",
      ownerId: "owner.id",
      email: "owner.email",
      confirmedEmail: "owner.confirmed_email",
      firstName: "owner.first_name",
    });
  return rows.map(({ ownerId, email, confirmedEmail, firstName, ...key }) => ({
    ...key,
    owner: { id: ownerId, email, confirmedEmail, firstName },
  }));
}

/** @returns false if another process was first, or if the key or its owner has ended meanwhile */
export async function markReminded(trx: Knex.Transaction, id: number, reminder: Reminder): Promise<boolean> {
  const activeOwner = trx("users").where({ status: "active" }).whereRaw("users.id = api_keys.user_id");
  const marked = await trx("api_keys")
    .where({ id })
    .modify(isUnreminded, "", reminder)
    .whereExists(activeOwner)
    .update({ reminded: reminder });
  return marked === 1;
}

function isUnreminded(query: Knex.QueryBuilder, table: "" | "key.", reminder: Reminder): void {
  query.where({ [`${table}revoked_at`]: null, [`${table}replaced_by`]: null });
  query.where((either) => {
    either.whereNull(`${table}reminded`);
    if (reminder === "day") either.orWhereNot({ [`${table}reminded`]: "day" });
  });
}
