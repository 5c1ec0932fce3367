import session from "express-session";
import type { Knex } from "knex";
import { deleteInBatches } from "../database/batches.ts";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { storedSender } from "../platform/network.ts";
import { hashToken } from "../platform/secrets.ts";
import { timestamp, timestampIn } from "../platform/time.ts";
import { removeIdleSessions } from "./idle-queries.ts";

declare module "express-session" {
  interface SessionData {
    /** Only the user's ID: role and status are read again for each request. */
    userId?: number;
    /**
     * An Admin set "Ask for a new password at the next log-in" for their own password in this session: this log-in
     * continues.
     */
    newPasswordLater?: boolean;
    /** Where it started, and when its user last confirmed with the password. */
    browser?: string | undefined;
    address?: string | undefined;
    passwordConfirmedAt?: string;
    /** Set by the store: a session without it was never stored. */
    createdAt?: string;
    lastSeenAt?: string;
  }
}

/** A session without a user is between password and code (pending-log-in.ts); other visitors have none. */
const visitorIdle = 30 * 60_000;
/** How old the last-seen time can be: pages write it no more often, and no session ends earlier by more than this. */
const touchIntervalMs = (idle: number): number => Math.min(5 * 60_000, idle / 10);

type Row = {
  user_id: number | null;
  data: string;
  created_at: string;
  last_seen_at: string;
  browser: string | null;
  address: string | null;
  password_confirmed_at: string | null;
};
const columns = ["user_id", "data", "created_at", "last_seen_at", "browser", "address", "password_confirmed_at"];

const findSession = prepared<{ hash: string }, Row>((db, $) =>
  db("sessions").where({ id_hash: $.hash }).select(columns),
);
const updateLastSeen = prepared<{ hash: string; now: string }>(
  (db, $) => db("sessions").where({ id_hash: $.hash }).update({ last_seen_at: $.now }),
  { relaxedDurability: true },
);
const deleteSession = prepared<{ hash: string }>((db, $) => db("sessions").where({ id_hash: $.hash }).del());

const written = ["user_id", "data", "last_seen_at", "browser", "address", "password_confirmed_at"] as const;
type Written = Record<(typeof written)[number], string | number | null>;
const given = ($: Record<(typeof written)[number], Knex.Value>) =>
  Object.fromEntries(written.map((column) => [column, $[column]]));

/** The log-in's history row is written after it and takes it along to the disk. */
const insertSession = prepared<Written & { hash: string; now: string }>(
  (db, $) => db("sessions").insert({ ...given($), id_hash: $.hash, created_at: $.now }),
  { relaxedDurability: true },
);
const updateSession = prepared<Written & { hash: string }>((db, $) =>
  db("sessions").where({ id_hash: $.hash }).update(given($)),
);

/** A session ends `idle` milliseconds after it was last seen, and `maxAge` after it started. */
export type SessionLimits = { idle: number; maxAge: number };

/**
 * express-session's store over our table, with the user as a column. IDs are stored hashed. An ended session is never
 * written back: existing rows are only updated.
 */
export class SessionStore extends session.Store {
  readonly #db: Database;
  readonly #limits: SessionLimits;

  constructor(db: Database, limits: SessionLimits) {
    super();
    this.#db = db;
    this.#limits = limits;
  }

  override get(id: string, done: (error: unknown, session?: session.SessionData | null) => void): void {
    this.#find(id).then((found) => done(null, found), done);
  }

  override set(id: string, data: session.SessionData, done?: (error?: unknown) => void): void {
    this.#write(id, data).then(() => done?.(), done);
  }

  override destroy(id: string, done?: (error?: unknown) => void): void {
    deleteSession.run(this.#db, { hash: hashToken(id) }).then(() => done?.(), done);
  }

  /** No page fails because the last-seen time cannot be written. */
  override touch(id: string, data: session.SessionData, done?: () => void): void {
    // Calls back synchronously if there is nothing to do: otherwise express-session would send the response in two
    // pieces.
    if (data.lastSeenAt !== undefined && data.lastSeenAt > timestampIn(-touchIntervalMs(this.#limits.idle))) {
      done?.();
      return;
    }
    updateLastSeen
      .run(this.#db, { hash: hashToken(id), now: timestamp() })
      .catch(() => undefined)
      .then(() => done?.());
  }

  async #find(id: string): Promise<session.SessionData | null> {
    const row = await findSession.first(this.#db, { hash: hashToken(id) });
    if (!row) return null;
    const idle = row.user_id ? this.#limits.idle : visitorIdle;
    if (row.last_seen_at <= timestampIn(-idle) || row.created_at <= timestampIn(-this.#limits.maxAge)) return null;
    return {
      ...JSON.parse(row.data),
      userId: row.user_id ?? undefined,
      createdAt: row.created_at,
      lastSeenAt: row.last_seen_at,
      browser: row.browser ?? undefined,
      address: row.address ?? undefined,
      passwordConfirmedAt: row.password_confirmed_at ?? undefined,
    };
  }

  async #write(id: string, data: session.SessionData): Promise<void> {
    const { userId, createdAt, lastSeenAt: _, browser, address, passwordConfirmedAt, ...rest } = data;
    const now = timestamp();
    const row = {
      user_id: userId ?? null,
      data: JSON.stringify(rest),
      last_seen_at: now,
      ...storedSender({ address, browser }),
      password_confirmed_at: passwordConfirmedAt ?? null,
    };
    const hash = hashToken(id);
    if (createdAt) {
      await updateSession.run(this.#db, { ...row, hash });
    } else if (userId !== undefined || Object.keys(rest).some((name) => name !== "cookie")) {
      // After a session has ended, a visitor's empty one follows, which is not stored.
      await insertSession.run(this.#db, { ...row, hash, now });
      data.createdAt = now;
    }
  }
}

/** Removes ended sessions, recording users' in the history; called regularly. */
export async function removeEndedSessions(db: Database, limits: SessionLimits): Promise<void> {
  const [begun, seen] = [timestampIn(-limits.maxAge), timestampIn(-visitorIdle)];
  await deleteInBatches(db, {
    table: "sessions",
    key: "id_hash",
    choose: (query) =>
      query
        .whereNull("user_id")
        .where((ended) => ended.where("created_at", "<=", begun).orWhere("last_seen_at", "<=", seen)),
  });
  await removeIdleSessions(db, limits);
}
