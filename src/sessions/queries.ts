import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { prepared, preparedFor } from "../database/prepared.ts";
import { hashToken } from "../platform/secrets.ts";
import { timestampIn } from "../platform/time.ts";
import { endAccessOfSession, endAllAccess } from "./application-access.ts";

// Every query takes the user: another user's sessions do not exist.

export type UserSession = {
  /** The session's name in addresses: the first characters of its ID's hash, from which nobody can compute either. */
  name: string;
  browser: string | null;
  address: string | null;
  createdAt: string;
  lastSeenAt: string;
};

const nameLength = 16;

export const sessionName = (id: string): string => hashToken(id).slice(0, nameLength);

type Open = { userId: number; seenAfter: string; begunAfter: string };
const selectOpen = (db: Database, $: Record<keyof Open, Knex.Value>): Knex.QueryBuilder =>
  db("sessions")
    .where({ user_id: $.userId })
    .where("last_seen_at", ">", $.seenAfter)
    .where("created_at", ">", $.begunAfter);

const openSessions = preparedFor<{ limit: number }, Open & { present: string }, UserSession>((db, $, { limit }) =>
  selectOpen(db, $)
    .select({
      name: db.raw("substr(id_hash, 1, ?)", [nameLength]),
      browser: "browser",
      address: "address",
      createdAt: "created_at",
      lastSeenAt: "last_seen_at",
    })
    .orderByRaw("case id_hash when ? then 0 else 1 end", [$.present])
    .orderBy("last_seen_at", "desc")
    .orderBy("id_hash")
    .limit(limit),
);
const countOpen = prepared<Open, { count: number | string }>((db, $) => selectOpen(db, $).count({ count: "*" }));

/**
 * The user's open sessions: the one with the ID `present` first, then by last-seen time; and how many there are.
 * @param limits in milliseconds, as in the session store
 */
export async function listSessions(
  db: Database,
  {
    userId,
    present,
    limits,
    limit,
  }: { userId: number; present: string; limits: { idle: number; maxAge: number }; limit: number },
): Promise<{ sessions: UserSession[]; total: number }> {
  const open = { userId, seenAfter: timestampIn(-limits.idle), begunAfter: timestampIn(-limits.maxAge) };
  const sessions = await openSessions({ limit }).all(db, { ...open, present: hashToken(present) });
  const total = sessions.length < limit ? sessions.length : Number((await countOpen.first(db, open))?.count);
  return { sessions, total };
}

/** @returns whether it existed */
export async function deleteNamedSession(
  trx: Knex.Transaction,
  { userId, name }: { userId: number; name: string },
): Promise<boolean> {
  if (!/^[0-9a-f]{16}$/.test(name)) return false;
  const session = trx("sessions").where({ user_id: userId }).whereLike("id_hash", `${name}%`);
  await endAccess(trx, session);
  return (await session.del()) > 0;
}

/** Ends what applications were given in these sessions. */
async function endAccess(trx: Knex.Transaction, sessions: Knex.QueryBuilder): Promise<void> {
  const named: { user_id: number; oidc_uid: string }[] = await sessions
    .clone()
    .whereNotNull("oidc_uid")
    .whereNotNull("user_id")
    .select("user_id", "oidc_uid");
  for (const { user_id: userId, oidc_uid: uid } of named) await endAccessOfSession(trx, userId, uid);
}

const sessionOf = prepared<{ hash: string; userId: number }, { user_id: number }>((db, $) =>
  db("sessions").where({ id_hash: $.hash, user_id: $.userId }).select("user_id"),
);

/** Whether there still is such a session of this user. */
export async function isSessionOf(
  trx: Knex.Transaction,
  { id, userId }: { id: string; userId: number },
): Promise<boolean> {
  return (await sessionOf.first(trx, { hash: hashToken(id), userId })) !== undefined;
}

/** @returns whether it existed */
export async function deleteSession(trx: Knex.Transaction, id: string): Promise<boolean> {
  const session = trx("sessions").where({ id_hash: hashToken(id) });
  await endAccess(trx, session);
  return (await session.del()) === 1;
}

const deletedSessions = prepared<{ userId: number; except: string }>((db, $) =>
  db("sessions").where({ user_id: $.userId }).whereNot({ id_hash: $.except }).del(),
);

/**
 * Also ends what applications were given; those that the user is logged in to in the session that continues ask again.
 * @param except the ID of the session that continues
 */
export async function deleteSessions(trx: Knex.Transaction, userId: number, except?: string): Promise<number> {
  const ended = { userId, except: except ? hashToken(except) : "" };
  await endAllAccess(trx, userId);
  return deletedSessions.run(trx, ended);
}

/** How many sessions these users have together. @param userIds their IDs, or a query for them */
export async function countSessions(db: Database, userIds: number[] | Knex.QueryBuilder): Promise<number> {
  const row = await db("sessions").whereIn("user_id", userIds).count({ count: "*" }).first();
  return Number(row?.count ?? 0);
}

/** Those of these users who have sessions. */
export async function listLoggedIn(db: Database, userIds: number[]): Promise<number[]> {
  return db("sessions").whereIn("user_id", userIds).distinct().pluck("user_id");
}

/** Gives a session another ID. False if it has already ended. */
export async function renameSession(db: Database, { from, to }: { from: string; to: string }): Promise<boolean> {
  const renamed = await db("sessions")
    .where({ id_hash: hashToken(from) })
    .update({ id_hash: hashToken(to) });
  return renamed === 1;
}
