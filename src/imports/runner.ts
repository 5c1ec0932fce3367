import type { Knex } from "knex";
import type { Actor } from "../audit/audited-change.ts";
import { inBatches } from "../database/batches.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { encrypt } from "../platform/encryption.ts";
import { AccessDenied } from "../roles/errors.ts";
import { can } from "../roles/roles.ts";
import { findCurrentUser } from "../users/current-user-queries.ts";
import { chooseLanguage, withLocale, words, wordsIn } from "../words/words.ts";
import { applyLine, linkContext } from "./apply.ts";
import { failRemainingLines, listRemainingLines, updateLine } from "./line-queries.ts";
import { endImport, type Import, listRunningImports, lockImport, prolongImport } from "./queries.ts";

/** For so many milliseconds other writers wait at most, and so many lines are read for them. */
const [batchMs, batchSize] = [50, 100];

export type ImportRunner = {
  /** Does the rest of an import that was begun; if it is under way, waits for its end. */
  run: (id: number) => Promise<void>;
  /** Continues what a stop or a crash interrupted. */
  resume: () => Promise<void>;
  stop: () => Promise<void>;
};

/**
 * Does imports in batches, each line in the transaction that says so: stopped anywhere, even by a crash, it continues with
 * the first line that nothing was done for. Two processes at the same import take turns.
 */
export function createImportRunner({
  db,
  logger,
  ...deps
}: Pick<Deps, "mailer" | "config" | "logger"> & { db: Database }): ImportRunner {
  const underWay = new Map<number, Promise<void>>();
  let isStopped = false;

  async function runBatch(id: number): Promise<boolean> {
    const until = performance.now() + batchMs;
    return db.transaction(async (trx) => {
      const found = await lockImport(trx, id);
      if (found?.state !== "running") return false;
      const lines = await listRemainingLines(trx, id, batchSize);
      await withLocale({ words: await wordsOf(trx, found), timeZone: "UTC" }, async () => {
        for (const line of lines) {
          const order = { actor: actorOf(found), ...found, line };
          const { outcome, reason = null, link } = await applyLine(trx, deps, order);
          const context = linkContext(line.id);
          const encryptedLink =
            link === undefined ? null : encrypt(deps.config.sessionSecrets, { text: link, context });
          await updateLine(trx, line.id, { outcome, reason, encryptedLink });
          if (performance.now() > until) break;
        }
      });
      await (lines.length === 0 ? endImport(trx, id) : prolongImport(trx, id));
      return lines.length > 0;
    });
  }

  const logged = (error: unknown): void => logger.error({ err: error }, "an import broke off");

  async function work(id: number): Promise<void> {
    try {
      await inBatches(async () => !isStopped && (await runBatch(id)));
    } catch (error) {
      if (error instanceof AccessDenied) return failRemainingLines(db, id, error.message);
      logged(error);
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
    resume: async () => {
      const ids = await listRunningImports(db).catch(logged);
      for (const id of ids ?? []) await run(id);
    },
    stop: async () => {
      isStopped = true;
      await Promise.all(underWay.values());
    },
  };
}

async function wordsOf(trx: Knex.Transaction, { userId }: Import) {
  const { own = null, organization = null } = (await findCurrentUser(trx, userId))?.languages ?? {};
  // Else the browser's that pressed Import; after a restart, it is no longer known.
  return wordsIn(chooseLanguage({ person: own, organization, accepts: () => words().tag }));
}

/** The Admin who pressed Import. Logging out ends no import; another role or status does. */
function actorOf({ userId, organizationId, address, browser }: Import): Actor {
  return {
    ...{ kind: "user", id: userId },
    ...{ address: address ?? undefined, browser: browser ?? undefined },
    reauthorize: async (trx) => {
      const present = await findCurrentUser(trx, userId);
      const isAllowed = present?.organizationId === organizationId && can(present, "users:edit");
      if (!isAllowed) throw new AccessDenied(words().errors.overtaken);
    },
  };
}
