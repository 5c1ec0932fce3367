import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "../database/database.ts";
import * as aes from "../platform/aes-gcm.ts";
import { ConfigError, readOrCreateSecret } from "../platform/data-dir.ts";
import { newToken } from "../platform/secrets.ts";
import { insertSharedSecret, readSharedSecret, replaceSharedSecret } from "./queries.ts";

// Processes on one PostgreSQL may each have a data folder of their own, yet must open the same second factors. The
// database keeps their secret, sealed under SESSION_SECRET, so that a copy of the database alone opens none.

const name = "factor-secret";
const keyOf = (secret: string): Buffer => aes.keyFor("roster shared factor secret", secret);
const seal = (text: string, secret: string): string =>
  aes.seal(keyOf(secret), { plain: Buffer.from(text), boundTo: name });

/**
 * Leaves in the data folder the secret that all processes have; the first one gives it.
 * @param secrets the values of SESSION_SECRET; what an earlier one has sealed is sealed anew under the first
 * @throws ConfigError where none of them opens it, or the folder has another one
 */
export async function shareFactorSecret(
  db: Database,
  { dataDir, secrets }: { dataDir: string; secrets: readonly string[] },
): Promise<void> {
  const [first = ""] = secrets;
  const file = join(dataDir, name);
  if ((await readSharedSecret(db, name)) === undefined) {
    // A new one is no file yet: of several processes in the same instant the first one's is everybody's.
    const own = existsSync(file) ? readOrCreateSecret(dataDir, name) : newToken();
    await insertSharedSecret(db, { name, sealed: seal(own, first) });
  }
  const { secret: shared, isUnderFirst } = open((await readSharedSecret(db, name)) ?? "", secrets);
  if (!isUnderFirst) await replaceSharedSecret(db, { name, sealed: seal(shared, first) });
  if (!existsSync(file)) writeFileSync(file, `${shared}\n`, { mode: 0o600, flush: true });
  if (readFileSync(file, "utf8").trim() !== shared)
    throw new ConfigError(`DATA_DIR: ${file} is not the one that the database has; move it away and start again`);
}

/** The secret that all processes have; undefined where the database has none. @throws ConfigError where no value opens it */
export async function findFactorSecret(db: Database, secrets: readonly string[]): Promise<string | undefined> {
  const sealed = await readSharedSecret(db, name);
  return sealed === undefined ? undefined : open(sealed, secrets).secret;
}

function open(sealed: string, secrets: readonly string[]): { secret: string; isUnderFirst: boolean } {
  const opened = secrets.map((secret) => aes.unseal(keyOf(secret), { sealed, boundTo: name })?.toString());
  const secret = opened.find((text) => text !== undefined);
  if (!secret)
    throw new ConfigError(
      "SESSION_SECRET: no value opens the secret of second factors in the database; give the one from before, too",
    );
  return { secret, isUnderFirst: Boolean(opened[0]) };
}
