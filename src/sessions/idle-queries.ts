import type { Knex } from "knex";
import { auditedChange, userEntry } from "../audit/audited-change.ts";
import { inBatches } from "../database/batches.ts";
import type { Database } from "../database/database.ts";
import { timestampIn } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";
import { endReport } from "./changes.ts";
import { countSessions } from "./queries.ts";
import type { EndReason } from "./rules.ts";

type Limits = { idle: number; maxAge: number };
type Over = { idHash: string; id: number; organizationId: OrganizationId; createdAt: string };

const batchSize = 50;

/**
 * Removes users' sessions that expired. History gets a row for each user and reason, with their number: strangers
 * cannot cause any, because each session started with a log-in. @param limits in milliseconds
 */
export async function removeIdleSessions(db: Database, limits: Limits): Promise<void> {
  await inBatches(async () => (await db.transaction((trx) => removeSome(trx, limits))) === batchSize);
}

async function removeSome(trx: Knex.Transaction, { idle, maxAge }: Limits): Promise<number> {
  const oldest = timestampIn(-maxAge);
  const over: Over[] = await trx("sessions")
    .join("users", "users.id", "sessions.user_id")
    .where((query) =>
      query.where("sessions.created_at", "<=", oldest).orWhere("sessions.last_seen_at", "<=", timestampIn(-idle)),
    )
    .orderBy([{ column: "sessions.user_id" }, { column: "sessions.created_at", order: "desc" }])
    .limit(batchSize)
    .select({
      idHash: "sessions.id_hash",
      id: "users.id",
      organizationId: "users.organization_id",
      createdAt: "sessions.created_at",
    });
  const endReasonOf = ({ createdAt }: Over): EndReason => (createdAt <= oldest ? "age" : "idle");
  const groups = Map.groupBy(over, (session) => `${session.id} ${endReasonOf(session)}`);
  for (const sessions of groups.values()) await endOnRecord(trx, sessions, endReasonOf);
  return over.length;
}

/** All of one user, and for one reason. */
async function endOnRecord(
  trx: Knex.Transaction,
  sessions: Over[],
  endReasonOf: (session: Over) => EndReason,
): Promise<void> {
  const [user] = sessions;
  if (!user) return;
  const entry = userEntry("session.ended", { actor: { kind: "system" }, user });
  await auditedChange(trx, entry, async () => {
    const hashes = sessions.map(({ idHash }) => idHash);
    const ended = await trx("sessions").whereIn("id_hash", hashes).del();
    return endReport({ ended, left: await countSessions(trx, [user.id]), why: endReasonOf(user) });
  });
}
