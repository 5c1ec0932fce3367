import type { Knex } from "knex";
import type { Action } from "../audit/actions.ts";
import type { Database } from "../database/database.ts";
import type { OrganizationId } from "../roles/people.ts";
import type { Settings } from "./queries.ts";

/** The fields of the organization's form, by their names in history. */
export const settingActions = {
  name: "organization.renamed",
  secondFactor: "second-factor-rule.updated",
  language: "organization-language.updated",
  timeZone: "time-zone.updated",
} as const satisfies Record<keyof Settings, Action>;
export const settingNames = Object.keys(settingActions) as (keyof Settings)[];

/** The version that the form is opened with: the newest history row about its fields, or 0. */
export async function findVersion(db: Database, id: OrganizationId): Promise<number> {
  const row = await db("activity")
    .where({ organization_id: id })
    .whereIn("action", Object.values(settingActions))
    .max({ version: "id" })
    .first();
  return Number(row?.version ?? 0);
}

/** The settings that someone else has changed since that version; your own earlier save is no conflict. */
export async function listSettingsOfOthers(
  trx: Knex.Transaction,
  { id, actorId, since }: { id: OrganizationId; actorId: number; since: number },
): Promise<(keyof Settings)[]> {
  const found: Action[] = await trx("activity")
    .where({ organization_id: id })
    .where("id", ">", since)
    .whereIn("action", Object.values(settingActions))
    .where((query) => query.whereNull("actor_id").orWhereNot("actor_id", actorId))
    .distinct()
    .pluck("action");
  return settingNames.filter((name) => found.includes(settingActions[name]));
}
