import type { Knex } from "knex";
import { inBatches } from "../database/batches.ts";
import type { Database } from "../database/database.ts";
import { stampIn } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";
import { insertActivity } from "./queries.ts";
import { deleteNobodysRefusedLogIns, mergeRefusedLogIns } from "./refused-queries.ts";

/** SQLite is held up while it removes; in pieces of this size nobody notices. */
const batchSize = 1_000;
/** Refused log-ins to addresses that nobody has are in no organization's history; the operator may look for so long. */
const unownedRetentionMs = 30 * 86_400_000;

/** What history needs now and then. @param keep milliseconds; undefined: for ever */
export async function deleteOldHistory(db: Database, keep: number | undefined): Promise<void> {
  await mergeRefusedLogIns(db);
  await deleteNobodysRefusedLogIns(db, stampIn(-unownedRetentionMs));
  if (keep === undefined) return;
  const before = stampIn(-keep);
  for (const organizationId of await db("organizations").pluck("id")) {
    await inBatches(async () => (await removeSome(db, organizationId, before)) === batchSize);
  }
}

/** Rows of before that moment; that they were removed is history itself. @returns how many */
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

/** What the triggers on the table ask; nobody outside of the transaction ever sees it set. */
async function allowRemoval(trx: Knex.Transaction, before: string): Promise<void> {
  await trx("activity_retention").update({ keep_from: before });
}
