import type { Knex } from "knex";
import { deleteInBatches } from "../database/batches.ts";
import type { Database } from "../database/database.ts";
import { prepared, preparedFor } from "../database/prepared.ts";
import { timestamp, timestampIn } from "../platform/time.ts";

/** How many tries are free, and what comes after them; times in milliseconds. */
export type AttemptLimit = {
  free: number;
  /** After the last free try and each later one; the last entry repeats. Without it: until the window ends. */
  delays?: readonly number[];
  /** How long after the first try the count is reset; with `delays`, after the latest one. */
  window: number;
};

/** `count` is this try's number; `wait` is in milliseconds. */
export type AttemptResult = { isAllowed: true; count: number } | { isAllowed: false; wait: number };

// A log-in counts and takes back four times. People change none of this, so no page waits for the disk.
const relaxedDurability = true;

type Values = { key: string; now: string; resetsAt: string } & { [wait: `wait${number}`]: string };

/** `wait0`, `wait1`… are the rule's waits from now on. */
const countOne = preparedFor<AttemptLimit, Values, { count: number }>(
  (db, $, rule) => {
    const isOver = db.raw("throttles.resets_at <= ?", $.now);
    const count = db.raw("case when ? then 1 else throttles.count + 1 end", [isOver]);
    const waits = (rule.delays ?? []).map((_, step) => $[`wait${step}`] ?? "");
    return db("throttles")
      .insert({ key: $.key, count: 1, locked_until: "", resets_at: $.resetsAt })
      .onConflict("key")
      .merge({
        count,
        locked_until: lockedUntil(db, count, { ...rule, waits }),
        resets_at: rule.delays
          ? db.raw("excluded.resets_at")
          : db.raw("case when ? then excluded.resets_at else throttles.resets_at end", [isOver]),
      })
      .whereRaw("(throttles.locked_until <= ? or ?)", [$.now, isOver])
      .returning("count");
  },
  { relaxedDurability },
);

/** When the next try is allowed after the one with this number: "" for immediately. */
function lockedUntil(db: Database, count: Knex.Raw, { free, waits }: { free: number; waits: Knex.Value[] }): Knex.Raw {
  if (waits.length === 0) return db.raw("case when ? < ? then '' else throttles.resets_at end", [count, free]);
  const steps = waits.slice(0, -1).map((wait, step) => db.raw("when ? then ?", [free + step, wait]));
  const delayCases = `case ? ${steps.map(() => "?").join(" ")} else ? end`;
  return db.raw(`case when ? < ? then '' else ${delayCases} end`, [count, free, count, ...steps, waits.at(-1) ?? ""]);
}

const selectWait = prepared<{ key: string }, { until: string }>((db, $) =>
  db("throttles").where({ key: $.key }).select({ until: "locked_until" }),
);

/**
 * Counts one try, or refuses it: one statement decides and writes, so that of simultaneous tries, in any process,
 * exactly the free ones pass. A refused try does not count: further tries do not make the wait longer.
 */
export async function countAttempt(db: Database, key: string, rule: AttemptLimit): Promise<AttemptResult> {
  const now = timestamp();
  const waits = Object.fromEntries((rule.delays ?? []).map((wait, step) => [`wait${step}`, timestampIn(wait)]));
  const row = await countOne(rule).first(db, { key, now, resetsAt: timestampIn(rule.window), ...waits });
  if (row) return { isAllowed: true, count: row.count };
  const lock = await selectWait.first(db, { key });
  return { isAllowed: false, wait: Math.max(1, Date.parse(lock?.until ?? now) - Date.now()) };
}

/** Takes back a try that should not count: the password was right, or nobody checked it. */
export const uncountAttempt = prepared<{ key: string }>(
  (db, $) =>
    db("throttles")
      .where({ key: $.key })
      .where("count", ">", 0)
      .update({ count: db.raw("count - 1"), locked_until: "" }),
  { relaxedDurability },
).run;

export const resetAttempts = prepared<{ key: string }>((db, $) => db("throttles").where({ key: $.key }).del(), {
  relaxedDurability,
}).run;

/** Moves a count from one key to another. */
export async function renameAttempts(trx: Knex.Transaction, { from, to }: { from: string; to: string }): Promise<void> {
  if (!(await trx("throttles").where({ key: from }).first("key"))) return;
  await trx("throttles").where({ key: to }).del();
  await trx("throttles").where({ key: from }).update({ key: to });
}

export async function deleteOldAttempts(db: Database): Promise<void> {
  const now = timestamp();
  await deleteInBatches(db, { table: "throttles", key: "key", choose: (query) => query.where("resets_at", "<=", now) });
}
