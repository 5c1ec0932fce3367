import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "../database/database.ts";
import { unseal } from "../second-factor/sealing.ts";
import { listSealedSecrets } from "./check-queries.ts";

/** The IDs of users whose second factor does not open with the folder's factor-secret, which is not created here. */
export async function findClosedFactors(db: Database, dataDir: string): Promise<number[]> {
  const factors = await listSealedSecrets(db);
  const hasSecret = existsSync(join(dataDir, "factor-secret"));
  return factors
    .filter(({ userId, sealedSecret }) => !hasSecret || !unseal(sealedSecret, { dataDir, userId }))
    .map(({ userId }) => userId);
}
