import { type Database, isPostgres } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { timestamp } from "../platform/time.ts";

/** A JSON array as rows of text. */
const elements = (db: Database): string =>
  isPostgres(db)
    ? "select value from json_array_elements_text(cast(? as json)) as value"
    : "select value from json_each(?)";

/** Not a parameter, so that the index of locked counts is used. */
const isLocked = "locked_until <> ''";

const anyLock = prepared<{ now: string }, { key: string }>((db, $) =>
  db("throttles").whereRaw(isLocked).where("resets_at", ">", $.now).select("key").limit(1),
);

/** Whether anyone at all is locked. */
export async function hasLocks(db: Database): Promise<boolean> {
  return (await anyLock.first(db, { now: timestamp() })) !== undefined;
}

const locks = prepared<{ keys: string; now: string }, { key: string; until: string }>((db, $) =>
  db("throttles")
    .whereRaw(`key in (${elements(db)})`, [$.keys])
    .whereRaw(isLocked)
    .where("resets_at", ">", $.now)
    .select({ key: "key", until: "locked_until" }),
);

/** Those of these counts that are locked, and until when. */
export async function listLocks(db: Database, keys: string[]): Promise<{ key: string; until: string }[]> {
  return locks.all(db, { keys: JSON.stringify(keys), now: timestamp() });
}

/** The browsers that these users have logged in with. */
export async function listBrowsersOf(db: Database, userIds: number[]): Promise<{ id: number; userId: number }[]> {
  return db("known_browsers").whereIn("user_id", userIds).select({ id: "id", userId: "user_id" });
}
