import { statfs } from "node:fs/promises";
import type { RequestHandler } from "express";
import { pendingMigrations } from "../database/migrate.ts";
import type { Deps } from "../deps.ts";

type Needs = Pick<Deps, "db" | "config" | "logger">;

/** For load balancers and supervisors: 200 if people can be let in, otherwise 503 with a plain line for each reason. */
export function ready({ logger, ...deps }: Needs): RequestHandler {
  return async (_req, res) => {
    const reasons = (await Promise.all([databaseError(deps), diskError(deps)])).filter((why) => why !== undefined);
    if (reasons.length > 0) logger.warn({ reasons }, "not ready");
    res
      .status(reasons.length > 0 ? 503 : 200)
      .type("text")
      .send(`${reasons.join("\n") || "ready"}\n`);
  };
}

/** Strangers see neither folders nor versions; the log has the details. */
async function databaseError({ db }: Pick<Needs, "db">): Promise<string | undefined> {
  try {
    const pending = await pendingMigrations(db);
    return pending.length > 0 ? "database: it is from an older version and has not been updated" : undefined;
  } catch {
    return "database: it is not responding, or is from a newer version";
  }
}

async function diskError({ config }: Pick<Needs, "config">): Promise<string | undefined> {
  const disk = await statfs(config.dataDir).catch(() => undefined);
  if (!disk) return "disk: the data folder is gone";
  // What an ordinary user can still use, if some is reserved for root.
  const isEnough = disk.bavail * disk.bsize >= config.minFreeDisk;
  return isEnough ? undefined : `disk: less than ${config.minFreeDisk / 1_000_000} MB are free`;
}
