import type { Knex } from "knex";
import { deleteInBatches, inBatches } from "../database/batches.ts";
import type { Database } from "../database/database.ts";
import { networkName } from "../platform/network.ts";
import { startOfHour } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";
import { insertActivity } from "./queries.ts";

// Refused log-ins are counted by hour and network, without the typed address: strangers leave no names behind.

/** How many networks per hour have their own count; all others share one, so that nobody can fill the disk. */
const networksAnHour = 100;
const otherNetworks = "other networks";
const batchSize = 100;

/**
 * Counts a refused log-in, atomically.
 * @param refused its `organizationId` belongs to the user with the address; undefined if nobody has it. The work is the
 * same in both cases, so that its time reveals nothing.
 */
export async function countRefusedLogIn(
  db: Database,
  { organizationId, address }: { organizationId: OrganizationId | undefined; address: string | undefined },
): Promise<void> {
  const hour = startOfHour();
  const network = networkName(address);
  const organization = organizationId ?? null;
  await db.raw(
    `insert into refused_log_ins (organization_id, hour, network, count)
     select ?, ?, case
       when exists (select 1 from refused_log_ins where coalesce(organization_id, 0) = ? and hour = ? and network = ?)
         or (select count(*) from refused_log_ins where coalesce(organization_id, 0) = ? and hour = ?) < ?
       then ? else ? end, 1 where true
     on conflict (coalesce(organization_id, 0), hour, network) do update set count = refused_log_ins.count + 1`,
    [
      ...[organization, hour],
      ...[organizationId ?? 0, hour, network],
      ...[organizationId ?? 0, hour, networksAnHour],
      ...[network, otherNetworks],
    ],
  );
}

export type RefusedLogIns = { hour: string; network: string; count: number };

/** The counts that are not history rows yet, mostly those of the current hour. */
export async function listRefusedLogIns(db: Database, organizationId: OrganizationId): Promise<RefusedLogIns[]> {
  return db("refused_log_ins")
    .where({ organization_id: organizationId })
    .orderBy([
      { column: "hour", order: "desc" },
      { column: "count", order: "desc" },
      { column: "id", order: "asc" },
    ])
    .limit(networksAnHour + 1)
    .select("hour", "network", "count");
}

/** Turns the counts of past hours into history rows, each once, at the hour's last moment. */
export async function mergeRefusedLogIns(db: Database): Promise<void> {
  await inBatches(async () => (await db.transaction(mergeSome)) === batchSize);
}

async function mergeSome(trx: Knex.Transaction): Promise<number> {
  // Locked while they are read: of two simultaneous processes only one finds them, and no count grows meanwhile.
  const rows: (RefusedLogIns & { id: number; organization_id: OrganizationId })[] = await trx("refused_log_ins")
    .whereNotNull("organization_id")
    .where("hour", "<", startOfHour())
    .orderBy(["hour", "id"])
    .limit(batchSize)
    .forUpdate();
  for (const { organization_id: organizationId, hour, network, count } of rows) {
    const changes = { tries: { before: null, after: String(count) } };
    const actor = { kind: "visitor", address: network } as const;
    const at = hour.replace("00:00.000Z", "59:59.999Z");
    await insertActivity(trx, { actor, organizationId, action: "log-in.refused", changes }, at);
  }
  const ids = rows.map(({ id }) => id);
  return trx("refused_log_ins").whereIn("id", ids).del();
}

/** The counts from before that moment that belong to no organization. */
export async function deleteUnownedRefusedLogIns(db: Database, before: string): Promise<void> {
  await deleteInBatches(db, {
    table: "refused_log_ins",
    key: "id",
    choose: (query) => query.whereNull("organization_id").where("hour", "<", before),
  });
}
