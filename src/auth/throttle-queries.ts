import type { Knex } from "knex";
import type { Database } from "../database.ts";
import { preparedFor } from "../prepared.ts";
import { stamp, stampIn } from "../time.ts";

/** How many tries are free, and what comes after them; times in milliseconds. */
export type Rule = {
  free: number;
  /** After the last free try and each one more; the last of them from then on. Without: until the window ends. */
  waits?: readonly number[];
  /** What was counted is forgotten so long after the first try; with `waits`, after the latest one. */
  window: number;
};

/** `count` is this try's number; `wait` is in milliseconds. */
export type Tried = { isAllowed: true; count: number } | { isAllowed: false; wait: number };

/**
 * Counts one try, or refuses it: one statement that decides and writes at once, so that of tries side by side, in
 * whatever process, exactly the free ones pass. A refused try counts for nothing: knocking makes no wait longer.
 */
export async function countTry(db: Database, key: string, rule: Rule): Promise<Tried> {
  const now = stamp();
  const isOver = db.raw("throttles.resets_at <= ?", [now]);
  const count = db.raw("case when ? then 1 else throttles.count + 1 end", [isOver]);
  const [row] = await db("throttles")
    .insert({ key, count: 1, waits_until: "", resets_at: stampIn(rule.window) })
    .onConflict("key")
    .merge({
      count,
      waits_until: waitsUntil(db, count, rule),
      resets_at: rule.waits
        ? db.raw("excluded.resets_at")
        : db.raw("case when ? then excluded.resets_at else throttles.resets_at end", [isOver]),
    })
    .whereRaw("(throttles.waits_until <= ? or ?)", [now, isOver])
    .returning("count");
  if (row) return { isAllowed: true, count: row.count };
  const held = await db("throttles").where({ key }).first("waits_until");
  return { isAllowed: false, wait: Math.max(1, Date.parse(held?.waits_until ?? now) - Date.now()) };
}

/** When the next try may come after the one with this number: "" for at once. */
function waitsUntil(db: Database, count: Knex.Raw, { free, waits }: Rule): Knex.Raw {
  if (!waits) return db.raw("case when ? < ? then '' else throttles.resets_at end", [count, free]);
  const steps = waits.slice(0, -1).map((wait, step) => db.raw("when ? then ?", [free + step, stampIn(wait)]));
  const ladder = `case ? ${steps.map(() => "?").join(" ")} else ? end`;
  const last = stampIn(waits.at(-1) ?? 0);
  return db.raw(`case when ? < ? then '' else ${ladder} end`, [count, free, count, ...steps, last]);
}

/** Takes back a try that was none: the password was right, or nobody looked at it. */
export async function giveBackTry(db: Database, key: string): Promise<void> {
  await db("throttles")
    .where({ key })
    .where("count", ">", 0)
    .update({ count: db.raw("count - 1"), waits_until: "" });
}

/** @returns how many of the keys anything was counted for */
export async function forgetTries(db: Database, keys: string[]): Promise<number> {
  return db("throttles").whereIn("key", keys).del();
}

const longestHold = preparedFor<{ keys: number }, Record<string, string | number>, { until: string | null }>(
  (db, $, { keys }) =>
    db("throttles")
      .whereIn(
        "key",
        Array.from({ length: keys }, (_, index) => $[`key${index}`] ?? ""),
      )
      .where("count", ">=", $.free ?? 0)
      .where("resets_at", ">", $.now ?? "")
      .max({ until: "waits_until" }),
);

/** Until when tries are held back ("" where the next one may come); undefined where all are free. */
export async function findHold(db: Database, keys: string[], { free }: Rule): Promise<string | undefined> {
  const now = stamp();
  const named = Object.fromEntries(keys.map((key, index) => [`key${index}`, key]));
  const row = await longestHold({ keys: keys.length }).first(db, { ...named, free, now });
  if (typeof row?.until !== "string") return undefined;
  return row.until > now ? row.until : "";
}

export async function deleteOldTries(db: Database): Promise<void> {
  await db("throttles").where("resets_at", "<=", stamp()).del();
}
