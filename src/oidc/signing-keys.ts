import { createPrivateKey, createPublicKey, generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { Knex } from "knex";
import { type Database, isPostgres } from "../database/database.ts";
import * as aes from "../platform/aes-gcm.ts";
import { readOrCreateSecret } from "../platform/data-dir.ts";
import { newToken } from "../platform/secrets.ts";
import { timestamp, timestampIn } from "../platform/time.ts";

// The keys that sign ID tokens. The private part is sealed under the secret that also seals second factors, so that a
// copy of the data file alone signs nothing.

export const algorithms = ["RS256", "ES256"] as const;
type Algorithm = (typeof algorithms)[number];

/** How long the public part of a replaced key is still published, in milliseconds. */
const overlapMs = 24 * 60 * 60_000;

type SigningKey = import("node:crypto").webcrypto.JsonWebKey & { kid: string; alg: string; use: "sig" };
/** Private parts of the present keys; public parts of those replaced within a day. */
export type SigningKeys = { present: SigningKey[]; replaced: SigningKey[] };

const keyOf = (dataDir: string): Buffer =>
  aes.deriveKey("roster signing key", readOrCreateSecret(dataDir, "factor-secret"));

type Row = { kid: string; algorithm: Algorithm; public_key: string; encrypted_key: string | null };

/** Creates the keys if there are none. Two processes that do it together use the same ones. */
export async function loadSigningKeys(db: Database, dataDir: string): Promise<SigningKeys> {
  const rows: Row[] = await selectKeys(db);
  if (!rows.some((row) => row.encrypted_key !== null)) {
    const keys = await makeKeys(dataDir);
    await db.transaction(async (trx) => {
      await lockKeys(trx);
      if (!(await selectKeys(trx)).some((row) => row.encrypted_key !== null)) await trx("signing_keys").insert(keys);
    });
    return loadSigningKeys(db, dataDir);
  }
  const open = ({ kid: id, algorithm, encrypted_key: encrypted }: Row): SigningKey => {
    const plain = aes.decrypt(keyOf(dataDir), { encrypted: encrypted ?? "", additionalData: `signing key ${id}` });
    if (!plain) throw new Error("factor-secret does not open the signing keys; use rotate-signing-key to replace them");
    const jwk = createPrivateKey({ key: plain, format: "der", type: "pkcs8" }).export({ format: "jwk" });
    return { ...jwk, kid: id, alg: algorithm, use: "sig" };
  };
  const shown = ({ kid: id, algorithm, public_key: key }: Row): SigningKey => {
    return { ...createPublicKey(key).export({ format: "jwk" }), kid: id, alg: algorithm, use: "sig" };
  };
  return {
    present: rows.filter((row) => row.encrypted_key !== null).map(open),
    replaced: rows.filter((row) => row.encrypted_key === null).map(shown),
  };
}

const selectKeys = (db: Database): Promise<Row[]> =>
  db("signing_keys")
    .whereNull("replaced_at")
    .orWhere("replaced_at", ">", timestampIn(-overlapMs))
    .orderBy("algorithm", "desc")
    .select("kid", "algorithm", "public_key", "encrypted_key");

/** Names the present keys, so that a process notices that another one replaced them. */
export async function signingKeysVersion(db: Database): Promise<string> {
  return (await db("signing_keys").whereNull("replaced_at").orderBy("kid").pluck("kid")).join();
}

/** Makes new keys for ID tokens; the old public parts stay published for a day. */
export async function replaceSigningKeys(db: Database, dataDir: string): Promise<void> {
  const keys = await makeKeys(dataDir);
  await db.transaction(async (trx) => {
    await lockKeys(trx);
    await trx("signing_keys").whereNull("replaced_at").update({ replaced_at: timestamp(), encrypted_key: null });
    await trx("signing_keys").where("replaced_at", "<=", timestampIn(-overlapMs)).del();
    await trx("signing_keys").insert(keys);
  });
}

/** On SQLite, transactions that write run one after the other anyway. */
async function lockKeys(trx: Knex.Transaction): Promise<void> {
  if (isPostgres(trx)) await trx.raw("lock table signing_keys in share row exclusive mode");
}

const makeKeyPair = promisify(generateKeyPair);
const makers = {
  RS256: () => makeKeyPair("rsa", { modulusLength: 2048 }),
  ES256: () => makeKeyPair("ec", { namedCurve: "P-256" }),
};

/** One row for each algorithm; comes before the transaction because an RSA key takes a tenth of a second. */
async function makeKeys(dataDir: string): Promise<object[]> {
  return Promise.all(
    algorithms.map(async (algorithm) => {
      const { privateKey, publicKey } = await makers[algorithm]();
      const id = newToken();
      const plaintext = privateKey.export({ format: "der", type: "pkcs8" });
      return {
        ...{ kid: id, algorithm, created_at: timestamp() },
        public_key: publicKey.export({ format: "pem", type: "spki" }),
        encrypted_key: aes.encrypt(keyOf(dataDir), { plaintext, additionalData: `signing key ${id}` }),
      };
    }),
  );
}
