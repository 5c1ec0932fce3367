import type { Knex } from "knex";
import type { Action } from "../audit/actions.ts";
import type { Database } from "../database/database.ts";
import type { OrganizationId } from "../roles/people.ts";

/** What the organization's form changes, by field, as history calls it. */
const actions = { name: "organization.renamed", secondFactor: "second-factor-rule.updated" } as const satisfies Record<
  string,
  Action
>;
type Field = keyof typeof actions;

/** The newest row of history about what the form changes: the version that it is opened with. 0 where there is none. */
export async function findVersion(db: Database, id: OrganizationId): Promise<number> {
  const row = await db("activity")
    .where({ organization_id: id })
    .whereIn("action", Object.values(actions))
    .max({ version: "id" })
    .first();
  return Number(row?.version ?? 0);
}

/** Which fields somebody else has changed after that version; one's own earlier save is no conflict. */
export async function listFieldsOfOthers(
  trx: Knex.Transaction,
  { id, actorId, since }: { id: OrganizationId; actorId: number; since: number },
): Promise<Field[]> {
  const found: Action[] = await trx("activity")
    .where({ organization_id: id })
    .where("id", ">", since)
    .whereIn("action", Object.values(actions))
    .where((query) => query.whereNull("actor_id").orWhereNot("actor_id", actorId))
    .distinct()
    .pluck("action");
  return (["name", "secondFactor"] as const).filter((field) => found.includes(actions[field]));
}
