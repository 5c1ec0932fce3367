import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { createJobRunner, type JobRunner } from "../jobs/runner.ts";
import { encrypt } from "../platform/encryption.ts";
import { applyLine, linkContext } from "./apply.ts";
import { failRemainingLines, listRemainingLines, updateLine } from "./line-queries.ts";
import { findAnyImport, importTables } from "./queries.ts";

/** Does imports in the background. */
export function createImportRunner(deps: Pick<Deps, "mailer" | "config" | "logger"> & { db: Database }): JobRunner {
  return createJobRunner(deps, {
    tables: importTables,
    find: findAnyImport,
    listRemaining: listRemainingLines,
    doLine: async (trx, { job, line, actor }) => {
      const { outcome, reason = null, link } = await applyLine(trx, deps, { actor, ...job, line });
      const context = linkContext(line.id);
      const encryptedLink = link === undefined ? null : encrypt(deps.config.sessionSecrets, { text: link, context });
      await updateLine(trx, line.id, { outcome, reason, encryptedLink });
    },
    failRemaining: failRemainingLines,
  });
}
