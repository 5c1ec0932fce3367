import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { fold } from "../platform/fold.ts";
import { timestamp } from "../platform/time.ts";
import type { Organization, OrganizationId, Plan } from "../roles/people.ts";
import type { SecondFactorRule } from "../roles/second-factor-rule.ts";
import { moveEndDates } from "./end-date-queries.ts";

const columns = ["id", "name", "plan"];

const organizationById = prepared<{ id: number }, Organization>((db, $) =>
  db("organizations").where({ id: $.id }).select(columns),
);
export async function findOrganization(db: Database, id: OrganizationId): Promise<Organization | undefined> {
  return organizationById.first(db, { id });
}

/** By name, ignoring case and accents. */
export async function findOrganizationByName(db: Database, name: string): Promise<Organization | undefined> {
  return db("organizations")
    .where({ name_key: fold(name) })
    .first(columns);
}

/** @throws a unique violation if the name is taken */
export async function insertOrganization(
  trx: Knex.Transaction,
  { name, plan = "free" }: { name: string; plan?: Plan },
): Promise<OrganizationId> {
  const [row] = await trx("organizations")
    .insert({ name, name_key: fold(name), plan, created_at: timestamp() })
    .returning("id");
  return row.id;
}

/** @throws a unique violation if the name is taken */
export async function updateOrganization(
  trx: Knex.Transaction,
  id: OrganizationId,
  { secondFactor, timeZone, ...change }: Partial<Settings> & { plan?: Plan },
): Promise<void> {
  await trx("organizations")
    .where({ id })
    .update({
      ...change,
      ...(change.name !== undefined && { name_key: fold(change.name) }),
      ...(secondFactor !== undefined && { second_factor_rule: secondFactor }),
      ...(timeZone !== undefined && { time_zone: timeZone }),
    });
  if (timeZone !== undefined) await moveEndDates(trx, id, timeZone);
}

/** The settings in the organization's form. `secondFactor`: who must have one. `language`: null for the browser's. */
export type Settings = { name: string; secondFactor: SecondFactorRule; language: string | null; timeZone: string };

export async function findSettings(db: Database, id: OrganizationId): Promise<Settings> {
  return db("organizations")
    .where({ id })
    .first({ name: "name", secondFactor: "second_factor_rule", language: "language", timeZone: "time_zone" });
}

/** Who in the organization must have a second factor. */
export async function findSecondFactorRule(db: Database, id: OrganizationId): Promise<SecondFactorRule> {
  const row = await db("organizations").where({ id }).first("second_factor_rule");
  return row.second_factor_rule;
}

/** Whether the organization has more than one user, whatever their status. */
export async function hasSeveralUsers(db: Database, id: OrganizationId): Promise<boolean> {
  return (await db("users").where({ organization_id: id }).limit(2).select("id")).length > 1;
}

/** @returns false if they were hidden before */
export async function hideFirstSteps(trx: Knex.Transaction, id: OrganizationId): Promise<boolean> {
  return (await trx("organizations").where({ id, shows_first_steps: true }).update({ shows_first_steps: false })) === 1;
}
