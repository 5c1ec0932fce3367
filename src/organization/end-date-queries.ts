import type { Knex } from "knex";
import { lockOrganization } from "../audit/queries.ts";
import type { Database } from "../database/database.ts";
import { endOfDay } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";

/** Users keep their last day when the organization's time zone changes: it ends at another moment. */
export async function moveEndDates(trx: Knex.Transaction, id: OrganizationId, timeZone: string): Promise<void> {
  const ends: { day: string; at: string }[] = await trx("users")
    .where({ organization_id: id })
    .whereNotNull("deactivate_at")
    .distinct({ day: "deactivate_on", at: "deactivate_at" });
  for (const { day, at } of ends) {
    const end = endOfDay(day, timeZone);
    if (end === at) continue;
    const users = trx("users").where({ organization_id: id, deactivate_on: day, deactivate_at: at });
    await users.update({ deactivate_at: end });
  }
}

/** Follows the rules of time zones, which countries change: a newer Node.js knows others. */
export async function refreshEndDates({ db }: { db: Database }): Promise<void> {
  const ids: OrganizationId[] = await db("users")
    .whereNotNull("deactivate_at")
    .distinct("organization_id")
    .pluck("organization_id");
  for (const id of ids)
    await db.transaction(async (trx) => {
      await lockOrganization(trx, id);
      const { timeZone } = await trx("organizations").where({ id }).first({ timeZone: "time_zone" });
      await moveEndDates(trx, id, timeZone);
    });
}
