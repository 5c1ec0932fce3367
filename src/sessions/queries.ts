import type { Knex } from "knex";
import type { Database } from "../database.ts";
import { preparedFor } from "../prepared.ts";
import { hashToken } from "../secrets.ts";
import { stampIn } from "../time.ts";

// Every query takes the user: another user's sessions do not exist.

export type UserSession = {
  /** How addresses name it: the beginning of the hash of its id, of which neither can be made. */
  name: string;
  browser: string | null;
  address: string | null;
  createdAt: string;
  lastSeenAt: string;
};

const nameLength = 16;

/** The name of the session with this id. */
export const sessionName = (id: string): string => hashToken(id).slice(0, nameLength);

const openSessions = preparedFor<
  { limit: number },
  { userId: number; seenAfter: string; begunAfter: string },
  UserSession
>((db, $, { limit }) =>
  db("sessions")
    .select({
      name: db.raw("substr(id_hash, 1, ?)", [nameLength]),
      browser: "browser",
      address: "address",
      createdAt: "created_at",
      lastSeenAt: "last_seen_at",
    })
    .where({ user_id: $.userId })
    .where("last_seen_at", ">", $.seenAfter)
    .where("created_at", ">", $.begunAfter)
    .orderBy("last_seen_at", "desc")
    .orderBy("id_hash")
    .limit(limit),
);

/** The user's open sessions, the one seen last first. @param life in milliseconds, as the session store has it */
export async function listSessions(
  db: Database,
  { userId, life, limit }: { userId: number; life: { idle: number; longest: number }; limit: number },
): Promise<UserSession[]> {
  return openSessions({ limit }).all(db, {
    userId,
    seenAfter: stampIn(-life.idle),
    begunAfter: stampIn(-life.longest),
  });
}

/** @returns whether it was there */
export async function deleteNamedSession(
  trx: Knex.Transaction,
  { userId, name }: { userId: number; name: string },
): Promise<boolean> {
  if (!/^[0-9a-f]{16}$/.test(name)) return false;
  return (await trx("sessions").where({ user_id: userId }).whereLike("id_hash", `${name}%`).del()) > 0;
}
