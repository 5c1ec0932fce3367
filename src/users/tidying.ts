import type { Logger } from "pino";
import { type Database, isPostgres } from "../database/database.ts";
import { onConnection, withoutWaiting } from "../database/sqlite.ts";
import { orders } from "./order-queries.ts";
import { divideOneFull } from "./shelf-queries.ts";

// What saves leave undone in the indexes of the search (SQLite alone) is done beside them, in steps that nobody notices.

/** Milliseconds from one step to the next: where there is more to do, where there was nothing, and where one failed. */
const pauses = { more: 20, nothing: 1_000, failed: 60_000 };
/** Pages of an index that are merged in one step, which takes some milliseconds. */
const mergedAtOnce = 32;
/** Rows that others write in a millisecond, some twenty-five saves a second: with more nothing is merged, as that can wait. */
const busy = 1;

/** @returns ends it, and resolves when nothing is under way any more */
export function startTidying(db: Database, logger: Logger): () => Promise<void> {
  if (isPostgres(db)) return async () => undefined;
  let isStopped = false;
  let running = Promise.resolve();
  /** When it looked last, and how many rows had been written then, by its own step too. */
  let left = { at: performance.now(), changes: -1 };
  let isDone = false;

  async function step(): Promise<number> {
    const changes = await countChanges(db);
    if (changes === left.changes && isDone) return pauses.nothing;
    const isBusy = changes - left.changes > busy * (performance.now() - left.at);
    const isMore = (await db.transaction(divideOneFull)) || (!isBusy && (await mergeSome(db)));
    left = { at: performance.now(), changes: await countChanges(db) };
    isDone = !isMore && !isBusy;
    return isMore ? pauses.more : pauses.nothing;
  }

  async function run(): Promise<void> {
    const pause = await step().catch((error: unknown) => {
      logger.error({ err: error }, "the search's index could not be tidied up");
      return pauses.failed;
    });
    if (!isStopped) timer = setTimeout(next, pause);
  }
  const next = (): void => {
    running = run();
  };
  let timer = setTimeout(next, pauses.nothing);

  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}

/** So many rows were written since the start. */
const countChanges = (db: Database): Promise<number> =>
  onConnection(db, (connection) => Number(connection.prepare("select total_changes()").pluck().get()));

/** FTS5 keeps what each save adds in a part of its own; many small parts make searches slower. @returns whether it did something */
async function mergeSome(db: Database): Promise<boolean> {
  for (const order of orders) {
    const before = await countChanges(db);
    const sql = `insert into ${order}_grams (${order}_grams, rank) values ('merge', ${mergedAtOnce})`;
    await onConnection(db, (connection) => withoutWaiting(connection, () => connection.exec(sql)));
    // The statement itself counts as one.
    if ((await countChanges(db)) > before + 1) return true;
  }
  return false;
}
