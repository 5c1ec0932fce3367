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

/** The text of a queued message; without `sid` it is about all of the user's sessions. */
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
  for (const application of await usedApplications.all(trx, { userId })) await queueLogOut(trx, userId, application);
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
  for (const application of ending) {
    await queueLogOut(trx, userId, application);
    await trx("oidc_records").where({ user_id: userId, client_id: application.clientId }).del();
  }
  return ending.map(({ name }) => name);
}

/** Ends what depends on the session. @param uid its name for applications (`sessions.oidc_uid`) */
export async function endAccessOfSession(trx: Knex.Transaction, userId: number, uid: string): Promise<void> {
  const applications = await usedApplications.all(trx, { userId });
  const sessions: string[] = await trx("oidc_records")
    .where({ kind: "Session", user_id: userId, session_uid: uid })
    .pluck("payload");
  for (const payload of sessions) {
    const { authorizations = {} }: { authorizations?: Record<string, { sid?: string }> } = JSON.parse(payload);
    for (const application of applications) {
      const given = authorizations[application.clientId];
      if (given) await queueLogOut(trx, userId, application, given.sid);
    }
  }
  await trx("oidc_records").where({ user_id: userId, session_uid: uid }).del();
}

async function queueLogOut(
  trx: Knex.Transaction,
  userId: number,
  { clientId, name, address }: Application,
  sid?: string,
): Promise<void> {
  if (address === "") return;
  const logOut: LogOut = { clientId, sid };
  await insertDelivery(trx, "log-out", {
    ...{ uid: randomUUID(), userId, address, subject: name, text: JSON.stringify(logOut), encryptedText: null },
    expiresAt: timestampIn(maxRetryMs),
  });
}
