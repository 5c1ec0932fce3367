import { existsSync } from "node:fs";
import BetterSqlite3 from "better-sqlite3";
import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import type { Failure } from "../outbox/rules.ts";
import type { ErasedUser } from "../personal-data/erased-list.ts";
import { timestamp } from "../platform/time.ts";
import { recordEverywhere } from "./queries.ts";

const logIns = ["sessions", "oidc_records", "one_time_links"];
/** Lines come before what they belong to. */
const jobs = ["import_lines", "imports", "group_action_lines", "group_actions"];

/**
 * Sessions, what applications were given, and one-time links that have ended since the copy was made must not come back
 * with it; nor links in emails, nor imports and group actions under way.
 */
export async function deleteLogIns(trx: Knex.Transaction): Promise<void> {
  await trx("deliveries").whereNotNull("encrypted_text").del();
  for (const table of [...logIns, ...jobs]) await trx(table).del();
}

/** Queued emails may have been sent since: nobody gets one twice automatically. @returns how many */
export async function failPendingMails(trx: Knex.Transaction): Promise<number> {
  const failure: Failure = "restored";
  const columns = { failure, failed_at: timestamp(), claimed_by: "", claimed_until: "" };
  return trx("deliveries").where({ kind: "mail", sent_at: null, failed_at: null }).update(columns);
}

/**
 * Adds a row to every organization's history. @returns the moment of the copy's newest row; undefined if it is empty
 */
export async function recordRestore(db: Database): Promise<string | undefined> {
  return db.transaction(async (trx) => {
    const row = await trx("activity").max({ newest: "at" }).first();
    const newest: string | undefined = row?.newest ?? undefined;
    const changes = { copyUpTo: { before: null, after: newest ?? null } };
    await recordEverywhere(trx, "backup.restored", changes);
    return newest;
  });
}

/** Those that the current data file knows: a killed server may not have put the last one on the list. */
export function listErasedIn(dataFile: string): ErasedUser[] {
  if (!existsSync(dataFile)) return [];
  const connection = new BetterSqlite3(dataFile, { readonly: true });
  try {
    const erased = "select id, created_at as createdAt from users where erased_at is not null";
    return connection.prepare<[], ErasedUser>(erased).all();
  } catch {
    // The file is damaged, or from before.
    return [];
  } finally {
    connection.close();
  }
}
