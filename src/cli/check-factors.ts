import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "../database/database.ts";
import { decrypt } from "../second-factor/encryption.ts";
import { listEncryptedSecrets } from "./check-queries.ts";

/** The IDs of users whose second factor does not open with the folder's factor-secret, which is not created here. */
export async function findUndecryptableFactors(db: Database, dataDir: string): Promise<number[]> {
  const factors = await listEncryptedSecrets(db);
  const hasSecret = existsSync(join(dataDir, "factor-secret"));
  return factors
    .filter(({ userId, encryptedSecret }) => !hasSecret || !decrypt(encryptedSecret, { dataDir, userId }))
    .map(({ userId }) => userId);
}
