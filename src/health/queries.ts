import { type Database, isPostgres } from "../database/database.ts";
import type { DeliveryKind } from "../outbox/queries.ts";

/** Queued deliveries, and failed ones that are still stored. */
export async function countUnsent(db: Database, kind: DeliveryKind): Promise<{ waiting: number; failed: number }> {
  const [row] = await db("deliveries").where({ kind, sent_at: null }).count({ all: "*", failed: "failed_at" });
  const failed = Number(row?.failed ?? 0);
  return { waiting: Number(row?.all ?? 0) - failed, failed };
}

/** Bytes of SQLite's file, or of the database on the server. */
export async function sizeOfDatabase(db: Database): Promise<number> {
  const query = isPostgres(db)
    ? db.raw("select pg_database_size(current_database()) as size").then(({ rows }) => rows)
    : db.raw("select page_count * page_size as size from pragma_page_count, pragma_page_size");
  const [row] = await query;
  return Number(row.size);
}
