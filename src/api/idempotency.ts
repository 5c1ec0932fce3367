import { createHmac } from "node:crypto";
import type { Request } from "express";
import type { Database } from "../database/database.ts";
import { decrypt, deriveKey, encrypt } from "../platform/aes-gcm.ts";
import { timestamp, timestampIn } from "../platform/time.ts";
import { keyText } from "./authenticate.ts";
import { type ApiResponse, idempotencyKeyPattern } from "./operation.ts";
import { Problem } from "./problems.ts";

const lifetimeMs = 24 * 60 * 60_000;
/** After this, a request that never finished (its process was killed) can be tried again. */
const timeoutMs = 60_000;

/**
 * Does the work once for each Idempotency-Key of an API key: within 24 hours the same request returns the same response
 * again. A refused request leaves nothing, so that you can correct it and send it again with the same name.
 * @throws Problem idempotency-conflict
 */
export async function runIdempotent(
  db: Database,
  keyId: number,
  req: Request,
  work: () => Promise<ApiResponse>,
): Promise<ApiResponse> {
  const name = req.get("Idempotency-Key");
  // The operation refuses an invalid name, together with its other errors (operation.ts).
  if (name === undefined || !idempotencyKeyPattern.test(name)) return work();
  // With the API key's secret, which is stored nowhere: a body may contain a password, and with a plain hash of it
  // someone who has the data file could guess quickly.
  const fingerprint = createHmac("sha256", keyText(req))
    .update(`${req.method} ${req.originalUrl}\n`)
    .update(req.body ?? "")
    .digest("hex");
  // A response may contain a link to log in with.
  const seal = { key: deriveKey("roster API response", keyText(req)), additionalData: `${name} ${fingerprint}` };
  const earlier = await reserve(db, { keyId, name, fingerprint });
  const opened = earlier === undefined ? undefined : decrypt(seal.key, { encrypted: earlier, ...seal });
  if (opened) return JSON.parse(opened.toString());
  const where = { key_id: keyId, name };
  try {
    const response = await work();
    // The work is done: failing to save the response (the disk is full) must not make it look undone.
    await db("idempotency_keys")
      .where(where)
      .update({ response: encrypt(seal.key, { plaintext: Buffer.from(JSON.stringify(response)), ...seal }) })
      .catch(() => undefined);
    return response;
  } catch (error) {
    await db("idempotency_keys")
      .where(where)
      .del()
      .catch(() => undefined);
    throw error;
  }
}

/** The earlier response, sealed, or undefined if this request is the first and now has the place. */
async function reserve(
  db: Database,
  { keyId, name, fingerprint }: { keyId: number; name: string; fingerprint: string },
): Promise<string | undefined> {
  return db.transaction(async (trx) => {
    await trx("idempotency_keys").where("created_at", "<=", timestampIn(-lifetimeMs)).del();
    const row = { key_id: keyId, name, fingerprint, response: null, created_at: timestamp() };
    const [first] = await trx("idempotency_keys")
      .insert(row)
      .onConflict(["key_id", "name"])
      .ignore()
      .returning("created_at");
    if (first) return undefined;
    const known = await trx("idempotency_keys").where({ key_id: keyId, name }).first();
    if (known?.fingerprint === fingerprint && known.response) return known.response;
    if (known?.fingerprint !== fingerprint || known.created_at > timestampIn(-timeoutMs))
      throw new Problem("idempotency-conflict");
    // If several requests come after an unfinished one, the first takes its place.
    const taken = await trx("idempotency_keys").where(known).update(row);
    if (taken !== 1) throw new Problem("idempotency-conflict");
    return undefined;
  });
}
