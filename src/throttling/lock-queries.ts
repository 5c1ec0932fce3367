import { type Database, isPostgres } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { timestamp } from "../platform/time.ts";

/** A JSON array as rows of text. */
const elements = (db: Database): string =>
  isPostgres(db)
    ? "select value from json_array_elements_text(cast(? as json)) as value"
    : "select value from json_each(?)";

const lockedKeys = prepared<{ keys: string; now: string }, { key: string }>((db, $) =>
  db("throttles")
    .whereRaw(`key in (${elements(db)})`, [$.keys])
    .whereNot("locked_until", "")
    .where("resets_at", ">", $.now)
    .select("key"),
);

/** Which of these counts are locked. */
export async function listLockedKeys(db: Database, keys: string[]): Promise<string[]> {
  const rows = await lockedKeys.all(db, { keys: JSON.stringify(keys), now: timestamp() });
  return rows.map(({ key }) => key);
}

/** The browsers that these users have logged in with. */
export async function listBrowsersOf(db: Database, userIds: number[]): Promise<{ id: number; userId: number }[]> {
  return db("known_browsers").whereIn("user_id", userIds).select({ id: "id", userId: "user_id" });
}
