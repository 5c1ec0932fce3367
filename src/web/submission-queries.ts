import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { timestamp } from "../platform/time.ts";

// Responses to forms. They need not survive a power cut.

const quick = { relaxedDurability: true };

type Submission = { response: string | null; createdAt: string };

/** `response` is null while the first press is under way. */
export const findSubmission = prepared<{ id: string }, Submission>((db, $) =>
  db("submissions").where({ id: $.id }).select({ response: "response", createdAt: "created_at" }),
).first;

const inserted = prepared<{ id: string; now: string }>(
  (db, $) => db("submissions").insert({ id: $.id, created_at: $.now }).onConflict("id").ignore(),
  quick,
);

/** @returns the time if this is the first press; undefined if there was an earlier one */
export async function reserveSubmission(db: Database, id: string): Promise<string | undefined> {
  const now = timestamp();
  return (await inserted.run(db, { id, now })) === 1 ? now : undefined;
}

const awaited = prepared<{ id: string; yes: boolean }>(
  (db, $) => db("submissions").where({ id: $.id }).update({ is_awaited: $.yes }),
  quick,
);

/** Asks the first press to store its response here, whatever it is. */
export async function awaitSubmission(db: Database, id: string): Promise<void> {
  await awaited.run(db, { id, yes: true });
}

const answered = prepared<{ id: string; response: string; yes: boolean; least: boolean }>(
  (db, $) =>
    db("submissions").where({ id: $.id }).whereIn("is_awaited", [$.yes, $.least]).update({ response: $.response }),
  quick,
);

/** @returns false if it should be stored only if someone waits for it, and nobody does */
export async function keepResponse(
  db: Database,
  { id, response, onlyIfAwaited }: { id: string; response: string; onlyIfAwaited: boolean },
): Promise<boolean> {
  return (await answered.run(db, { id, response, yes: true, least: onlyIfAwaited })) === 1;
}

/** Only the row that was read: another press may have replaced it. */
export const deleteSubmission = prepared<{ id: string; createdAt: string }>(
  (db, $) => db("submissions").where({ id: $.id, created_at: $.createdAt }).del(),
  quick,
).run;

export const deleteOldSubmissions = prepared<{ before: string }>(
  (db, $) => db("submissions").where("created_at", "<=", $.before).del(),
  quick,
).run;
