import { randomUUID } from "node:crypto";
import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { insertDelivery } from "../outbox/queries.ts";
import { maxRetryMs } from "../outbox/rules.ts";
import { timestamp, timestampIn } from "../platform/time.ts";
import type { Role } from "../roles/roles.ts";

// Ends what applications were given for someone (codes, tokens, grants), and queues a message to each that has a
// back-channel address, all in the transaction of the change that ends it.

/** The text of a queued message: `sid` is the name by which the application knows the session. */
export type LogOut = { clientId: string; sid?: string | undefined };

type Application = { id: number; clientId: string; name: string; address: string; roles: string };

const usedApplications = prepared<{ userId: number }, Application>((db, $) =>
  db("oidc_records")
    .join("applications", "applications.client_id", "oidc_records.client_id")
    .where({ "oidc_records.user_id": $.userId, "oidc_records.kind": "Grant" })
    .distinct({
      id: "applications.id",
      clientId: "applications.client_id",
      name: "applications.name",
      address: "applications.back_channel_address",
      roles: "applications.roles",
    }),
);

const currentAccess = prepared<{ userId: number; now: string }, { id: number; name: string; since: string }>((db, $) =>
  db("oidc_records")
    .join("applications", "applications.client_id", "oidc_records.client_id")
    .leftJoin("sessions", "sessions.oidc_uid", "oidc_records.session_uid")
    .where({ "oidc_records.user_id": $.userId, "oidc_records.kind": "Grant", "applications.status": "active" })
    .where("oidc_records.expires_at", ">", $.now)
    .where((query) => query.whereNull("oidc_records.session_uid").orWhereNotNull("sessions.oidc_uid"))
    .groupBy("applications.id", "applications.name")
    .orderBy("applications.name")
    .select("applications.id", "applications.name")
    .min({ since: "oidc_records.created_at" }),
);

/** The applications that the user is logged in to. */
export const listApplicationAccess = (db: Database, userId: number) =>
  currentAccess.all(db, { userId, now: timestamp() });

const deletedRecords = prepared<{ userId: number }>((db, $) => db("oidc_records").where({ user_id: $.userId }).del());

/** Ends everything of the user. */
export async function endAllAccess(trx: Knex.Transaction, userId: number): Promise<void> {
  await queueLogOuts(trx, userId, await usedApplications.all(trx, { userId }));
  await deletedRecords.run(trx, { userId });
}

/** Ends the user's access to the applications for which this is so. @returns their names */
export async function endAccessTo(
  trx: Knex.Transaction,
  userId: number,
  isEnding: (application: { id: number; roles: Role[] }) => boolean,
): Promise<string[]> {
  const used = await usedApplications.all(trx, { userId });
  const ending = used.filter(({ id, roles }) => isEnding({ id, roles: JSON.parse(roles) }));
  await queueLogOuts(trx, userId, ending);
  for (const { clientId } of ending) await trx("oidc_records").where({ user_id: userId, client_id: clientId }).del();
  return ending.map(({ name }) => name);
}

/** Ends what depends on the session. @param uid its name for applications (`sessions.oidc_uid`) */
export async function endAccessOfSession(trx: Knex.Transaction, userId: number, uid: string): Promise<void> {
  await queueLogOuts(trx, userId, await usedApplications.all(trx, { userId }), uid);
  await trx("oidc_records").where({ user_id: userId, session_uid: uid }).del();
}

/**
 * One message for each of the user's sessions in which they use the application: some applications find what to end
 * only by the session, not by the user (mod_auth_openidc 2.4).
 * @param uid only this session
 */
async function queueLogOuts(
  trx: Knex.Transaction,
  userId: number,
  applications: Application[],
  uid?: string,
): Promise<void> {
  const notified = applications.filter(({ address }) => address !== "");
  if (notified.length === 0) return;
  const payloads: string[] = await trx("oidc_records")
    .where({ kind: "Session", user_id: userId, ...(uid !== undefined && { session_uid: uid }) })
    .pluck("payload");
  const sessions = payloads.map((payload): Sids => JSON.parse(payload).authorizations ?? {});
  for (const application of notified) {
    const sids: LogOut["sid"][] = sessions.flatMap((session) => session[application.clientId]?.sid ?? []);
    // The session itself has ended; what was given for longer (offline_access) ends now.
    if (sids.length === 0 && uid === undefined) sids.push(undefined);
    for (const sid of sids) await queueLogOut(trx, userId, application, sid);
  }
}

/** A session's name for each application, by client ID. */
type Sids = Record<string, { sid?: string }>;

async function queueLogOut(
  trx: Knex.Transaction,
  userId: number,
  { clientId, name, address }: Application,
  sid: string | undefined,
): Promise<void> {
  const logOut: LogOut = { clientId, sid };
  await insertDelivery(trx, "log-out", {
    ...{ uid: randomUUID(), userId, address, subject: name, text: JSON.stringify(logOut), encryptedText: null },
    expiresAt: timestampIn(maxRetryMs),
  });
}
