import { createHmac } from "node:crypto";
import type { Request } from "express";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { decrypt, deriveKey, encrypt } from "../platform/aes-gcm.ts";
import { timestamp, timestampIn } from "../platform/time.ts";
import { keyText } from "./authenticate.ts";
import { type ApiResponse, idempotencyKeyPattern, type SaveResponse } from "./operation.ts";
import { Problem } from "./problems.ts";

const lifetimeMs = 24 * 60 * 60_000;
/** After this, a request that never finished (its process was killed) can be tried again. */
const timeoutMs = 60_000;

/**
 * Does the work once for each Idempotency-Key of an API key: within 24 hours the same request returns the same response
 * again. A refused request leaves nothing, so that you can correct it and send it again with the same name.
 * @param work can save its response in the transaction of its change, so that a crash loses both or none
 * @throws Problem idempotency-conflict
 */
export async function runIdempotent(
  db: Database,
  keyId: number,
  req: Request,
  work: (saveResponse: SaveResponse | undefined) => Promise<ApiResponse>,
): Promise<ApiResponse> {
  const name = req.get("Idempotency-Key");
  // The operation refuses an invalid name, together with its other errors (operation.ts).
  if (name === undefined || !idempotencyKeyPattern.test(name)) return work(undefined);
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
  let isSaved = false;
  const save = async (on: Database, response: ApiResponse): Promise<void> => {
    const encrypted = encrypt(seal.key, { plaintext: Buffer.from(JSON.stringify(response)), ...seal });
    await updateResponse.run(on, { keyId, name, response: encrypted });
    isSaved = true;
  };
  try {
    const response = await work(save);
    // The work is done: failing to save the response (the disk is full) must not make it look undone.
    if (!isSaved) await save(db, response).catch(() => undefined);
    return response;
  } catch (error) {
    await deletePlace.run(db, { keyId, name }).catch(() => undefined);
    throw error;
  }
}

// Only the work itself waits for the disk, and with it everything written before: a power cut never keeps the work and
// loses its place. It can lose the response that is saved last, as a crash before it can: then the place is unfinished.
// A response that is saved with the work has the same fate as the work.
const relaxed = { relaxedDurability: true };

type Place = { keyId: number; name: string };
type NewPlace = Place & { fingerprint: string; now: string };

const insertPlace = prepared<NewPlace>(
  (db, $) =>
    db("idempotency_keys")
      .insert({ key_id: $.keyId, name: $.name, fingerprint: $.fingerprint, created_at: $.now })
      .onConflict(["key_id", "name"])
      .ignore(),
  relaxed,
);
const findPlace = prepared<Place, { fingerprint: string; response: string | null; createdAt: string }>((db, $) =>
  db("idempotency_keys")
    .where({ key_id: $.keyId, name: $.name })
    .select({ fingerprint: "fingerprint", response: "response", createdAt: "created_at" }),
);
const takePlace = prepared<Place & { createdAt: string; now: string }>(
  (db, $) =>
    db("idempotency_keys")
      .where({ key_id: $.keyId, name: $.name, created_at: $.createdAt })
      .whereNull("response")
      .update({ created_at: $.now }),
  relaxed,
);
const updateResponse = prepared<Place & { response: string }>(
  (db, $) => db("idempotency_keys").where({ key_id: $.keyId, name: $.name }).update({ response: $.response }),
  relaxed,
);
const deletePlace = prepared<Place>(
  (db, $) => db("idempotency_keys").where({ key_id: $.keyId, name: $.name }).del(),
  relaxed,
);
const deleteOldPlaces = prepared<{ before: string }>(
  (db, $) => db("idempotency_keys").where("created_at", "<=", $.before).del(),
  relaxed,
);

/** The earlier response, sealed, or undefined if this request is the first and now has the place. */
async function reserve(db: Database, { keyId, name, fingerprint }: Omit<NewPlace, "now">): Promise<string | undefined> {
  await deleteOldPlaces.run(db, { before: timestampIn(-lifetimeMs) });
  const place = { keyId, name };
  const now = timestamp();
  if ((await insertPlace.run(db, { ...place, fingerprint, now })) === 1) return undefined;
  const known = await findPlace.first(db, place);
  // The request that had it was refused just now.
  if (!known) return reserve(db, { ...place, fingerprint });
  if (known.fingerprint === fingerprint && known.response) return known.response;
  const isUnfinished = known.fingerprint === fingerprint && known.createdAt <= timestampIn(-timeoutMs);
  // If several requests come after an unfinished one, the first takes its place.
  if (!isUnfinished || (await takePlace.run(db, { ...place, createdAt: known.createdAt, now })) !== 1)
    throw new Problem("idempotency-conflict");
  return undefined;
}
