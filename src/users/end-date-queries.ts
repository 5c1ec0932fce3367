import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import type { OrganizationId, User } from "../roles/people.ts";
import { active, databaseNow } from "./active-queries.ts";
import { selectUsers, toUser, type UserRow } from "./queries.ts";

// Users whose last day is over or comes soon, by the index users_end_date.

export type Due = { id: number; organizationId: OrganizationId; deactivateAt: string };

const due = (query: Knex.QueryBuilder, db: Database): void => {
  query.where("users.status", "active").whereRaw(`users.deactivate_at <= ${databaseNow(db)}`);
};

/** Those whose last day is over although they are stored as active, the first to leave first. */
export async function listDue(
  db: Database,
  { after, limit }: { after?: Due | undefined; limit: number },
): Promise<Due[]> {
  return db("users")
    .modify(due, db)
    .modify((query) => {
      if (after) query.whereRaw("(users.deactivate_at, users.id) > (?, ?)", [after.deactivateAt, after.id]);
    })
    .orderBy(["deactivate_at", "id"])
    .limit(limit)
    .select({ id: "id", organizationId: "organization_id", deactivateAt: "deactivate_at" });
}

/** Whether it is still so. */
export async function isDue(trx: Knex.Transaction, id: number): Promise<boolean> {
  return (await trx("users").where({ id }).modify(due, trx).first("id")) !== undefined;
}

/** Stored moments: they leave after `now`, and at `upTo` or before it. */
type Soon = { now: string; upTo: string };

const unannounced = (query: Knex.QueryBuilder, { now, upTo }: Soon): void => {
  query
    .where({ status: "active", end_announced: false })
    .where("deactivate_at", ">", now)
    .where("deactivate_at", "<=", upTo);
};

/** Organizations with users who leave soon and about whom nobody got an email. */
export async function listUnannouncedOrganizations(db: Database, soon: Soon): Promise<OrganizationId[]> {
  return db("users").modify(unannounced, soon).distinct("organization_id").pluck("organization_id");
}

/** Some of an organization's such users, marked so that nobody else sends the emails. */
export async function takeUnannounced(
  trx: Knex.Transaction,
  organizationId: OrganizationId,
  { limit, ...soon }: Soon & { limit: number },
): Promise<User[]> {
  const rows: UserRow[] = await selectUsers(trx)
    .where({ organization_id: organizationId })
    .modify(unannounced, soon)
    .orderBy(["deactivate_at", "id"])
    .limit(limit);
  const users = rows.map(toUser);
  const ids = users.map(({ id }) => id);
  await trx("users").whereIn("id", ids).update({ end_announced: true });
  return users;
}

/** Without those who have not accepted their invitation yet. */
export async function listActiveAdmins(db: Database, organizationId: OrganizationId): Promise<User[]> {
  const rows: UserRow[] = await selectUsers(db)
    .where({ organization_id: organizationId, role: "admin", invited_until: null })
    .modify(active, db)
    .orderBy("id");
  return rows.map(toUser);
}
