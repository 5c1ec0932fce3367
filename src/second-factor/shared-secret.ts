import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "../database/database.ts";
import * as aes from "../platform/aes-gcm.ts";
import { ConfigError, readOrCreateSecret } from "../platform/data-dir.ts";
import { newToken } from "../platform/secrets.ts";
import { insertSharedSecret, readSharedSecret, replaceSharedSecret } from "./queries.ts";

// Processes on one PostgreSQL may have separate data folders, but must open the same second factors. The database keeps
// their secret, sealed under SESSION_SECRET, so that a copy of the database alone opens none.

const name = "factor-secret";
const keyOf = (secret: string): Buffer => aes.deriveKey("roster shared factor secret", secret);
const encrypt = (text: string, secret: string): string =>
  aes.encrypt(keyOf(secret), { plaintext: Buffer.from(text), additionalData: name });

/**
 * Writes the shared secret to the data folder; the first process creates it.
 * @param secrets the values of SESSION_SECRET; a secret sealed under an older one is sealed again under the first
 * @throws ConfigError if none of them opens it, or the folder has a different one
 */
export async function shareFactorSecret(
  db: Database,
  { dataDir, secrets }: { dataDir: string; secrets: readonly string[] },
): Promise<void> {
  const [first = ""] = secrets;
  const file = join(dataDir, name);
  if ((await readSharedSecret(db, name)) === undefined) {
    // A new secret is not a file yet: if several processes start at the same moment, they all use the first one's.
    const own = existsSync(file) ? readOrCreateSecret(dataDir, name) : newToken();
    await insertSharedSecret(db, { name, encrypted: encrypt(own, first) });
  }
  const { secret: shared, isUnderFirst } = decrypt((await readSharedSecret(db, name)) ?? "", secrets);
  if (!isUnderFirst) await replaceSharedSecret(db, { name, encrypted: encrypt(shared, first) });
  if (!existsSync(file)) writeFileSync(file, `${shared}\n`, { mode: 0o600, flush: true });
  if (readFileSync(file, "utf8").trim() !== shared)
    throw new ConfigError(`DATA_DIR: ${file} differs from the one in the database. Move it away and start again`);
}

/** The shared secret; undefined if the database has none. @throws ConfigError if no value opens it */
export async function findFactorSecret(db: Database, secrets: readonly string[]): Promise<string | undefined> {
  const encrypted = await readSharedSecret(db, name);
  return encrypted === undefined ? undefined : decrypt(encrypted, secrets).secret;
}

function decrypt(encrypted: string, secrets: readonly string[]): { secret: string; isUnderFirst: boolean } {
  const opened = secrets.map((secret) => aes.decrypt(keyOf(secret), { encrypted, additionalData: name })?.toString());
  const secret = opened.find((text) => text !== undefined);
  if (!secret)
    throw new ConfigError(
      "SESSION_SECRET: no value decrypts the secret of second factors in the database. Add the previous value, too",
    );
  return { secret, isUnderFirst: Boolean(opened[0]) };
}
