import type { Knex } from "knex";
import { inBatches } from "../database/batches.ts";
import type { Database } from "../database/database.ts";
import { timestampIn } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";
import { insertActivity } from "./queries.ts";
import { deleteUnownedRefusedLogIns, mergeRefusedLogIns } from "./refused-queries.ts";

/** SQLite blocks while it deletes; nobody notices batches of this size. */
const batchSize = 1_000;
/** Refused log-ins to unknown addresses are in no organization's history; the operator can see them for this long. */
const unownedRetentionMs = 30 * 86_400_000;

/** The history's regular maintenance. @param keep milliseconds; undefined means forever */
export async function deleteOldHistory(db: Database, keep: number | undefined): Promise<void> {
  await mergeRefusedLogIns(db);
  await deleteUnownedRefusedLogIns(db, timestampIn(-unownedRetentionMs));
  if (keep === undefined) return;
  const before = timestampIn(-keep);
  for (const organizationId of await db("organizations").pluck("id")) {
    await inBatches(async () => (await removeSome(db, organizationId, before)) === batchSize);
  }
}

/** Deletes rows from before that moment, which the history records. @returns how many */
async function removeSome(db: Database, organizationId: OrganizationId, before: string): Promise<number> {
  return db.transaction(async (trx) => {
    await allowRemoval(trx, before);
    const old = trx("activity")
      .where({ organization_id: organizationId })
      .where("at", "<", before)
      .orderBy("at")
      .limit(batchSize)
      .select("id");
    const rows = await trx("activity").whereIn("id", old).del();
    await allowRemoval(trx, "");
    if (rows > 0)
      await insertActivity(trx, {
        actor: { kind: "system" },
        organizationId,
        action: "history.purged",
        changes: { rows: { before: String(rows), after: null } },
      });
    return rows;
  });
}

/** The table's triggers read this; nobody outside the transaction ever sees it set. */
async function allowRemoval(trx: Knex.Transaction, before: string): Promise<void> {
  await trx("activity_retention").update({ delete_before: before });
}
