import { setTimeout as wait } from "node:timers/promises";
import type { Knex } from "knex";
import type { Actor } from "../audit/audited-change.ts";
import { lockOrganization } from "../audit/queries.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { AccessDenied } from "../roles/errors.ts";
import { can } from "../roles/roles.ts";
import { findCurrentUser } from "../users/current-user-queries.ts";
import { chooseLanguage, withLocale, words, wordsIn } from "../words/words.ts";
import { endJob, type Job, type JobTables, listRunningJobs, lockJob, prolongJob } from "./queries.ts";

/**
 * For so many milliseconds a batch keeps other writers waiting, and so long they have between two batches: a request
 * has a dozen statements, and each of them would otherwise wait for a batch. `batchSize`: lines read for a batch.
 */
const [batchMs, pauseMs, batchSize] = [15, 10, 25];
/** A short job is over before its response leaves, in milliseconds. */
const briefMs = 1_500;

/** Work for many lines, one after the other, which an Admin has begun. */
export type JobKind<J extends Job, Line> = {
  tables: JobTables;
  find: (trx: Knex.Transaction, id: number) => Promise<J | undefined>;
  listRemaining: (trx: Knex.Transaction, id: number, limit: number) => Promise<Line[]>;
  /** Does what there is to do for a line, and says so in it. */
  doLine: (trx: Knex.Transaction, order: { job: J; line: Line; actor: Actor & { kind: "user" } }) => Promise<void>;
  /** The Admin may do it no longer. */
  failRemaining: (trx: Knex.Transaction, id: number, reason: string) => Promise<void>;
};

export type JobRunner = {
  /** Does the rest of a job that was begun; if it is under way, waits for its end. */
  run: (id: number) => Promise<void>;
  /** The same, but waits no longer than a response may. */
  runBriefly: (id: number) => Promise<void>;
  /** Continues what a stop or a crash interrupted. */
  resume: () => Promise<void>;
  stop: () => Promise<void>;
};

/**
 * Does jobs in batches, each line in the transaction that says so: stopped anywhere, even by a crash, a job continues
 * with the first line that nothing was done for. Two processes at the same job take turns.
 */
export function createJobRunner<J extends Job, Line>(
  { db, logger }: Pick<Deps, "logger"> & { db: Database },
  kind: JobKind<J, Line>,
): JobRunner {
  const { tables } = kind;
  const underWay = new Map<number, Promise<void>>();
  let isStopped = false;

  async function runBatch(id: number): Promise<boolean> {
    const until = performance.now() + batchMs;
    return db.transaction(async (trx) => {
      await lockJob(trx, tables, id);
      const job = await kind.find(trx, id);
      if (job?.state !== "running") return false;
      await lockOrganization(trx, job.organizationId);
      const language = await requireAdmin(trx, job);
      const lines = await kind.listRemaining(trx, id, batchSize);
      await withLocale({ words: wordsIn(language), timeZone: "UTC" }, async () => {
        for (const line of lines) {
          await kind.doLine(trx, { job, line, actor: actorOf(job) });
          if (performance.now() > until) break;
        }
      });
      await (lines.length === 0 ? endJob(trx, tables, id) : prolongJob(trx, tables, id));
      return lines.length > 0;
    });
  }

  const logged = (error: unknown): void => logger.error({ err: error }, `a job of ${tables.jobs} broke off`);

  async function work(id: number): Promise<void> {
    try {
      while (!isStopped && (await runBatch(id))) await wait(pauseMs);
    } catch (error) {
      if (!(error instanceof AccessDenied)) return logged(error);
      await db.transaction(async (trx) => {
        await kind.failRemaining(trx, id, error.message);
        await endJob(trx, tables, id);
      });
    }
  }

  function run(id: number): Promise<void> {
    const known = underWay.get(id);
    if (known) return known;
    const done = work(id).finally(() => underWay.delete(id));
    underWay.set(id, done);
    return done;
  }

  return {
    run,
    runBriefly: (id) => Promise.race([run(id), wait(briefMs, undefined, { ref: false })]),
    resume: async () => {
      const ids = await listRunningJobs(db, tables).catch(logged);
      for (const id of ids ?? []) await run(id);
    },
    stop: async () => {
      isStopped = true;
      await Promise.all(underWay.values());
    },
  };
}

/**
 * Logging out ends no job; another role or status does.
 * @returns the Admin's language
 * @throws AccessDenied
 */
async function requireAdmin(trx: Knex.Transaction, { userId, organizationId }: Job) {
  const present = await findCurrentUser(trx, userId);
  const { own = null, organization = null } = present?.languages ?? {};
  const language = chooseLanguage({ person: own, organization, accepts: () => words().tag });
  const isAllowed = present?.organizationId === organizationId && can(present, "users:edit");
  if (!isAllowed) throw new AccessDenied(wordsIn(language).errors.overtaken);
  return language;
}

/** The Admin who began it; the batch has checked what they may do. */
function actorOf({ userId, address, browser }: Job): Actor & { kind: "user" } {
  return { kind: "user", id: userId, address: address ?? undefined, browser: browser ?? undefined };
}
