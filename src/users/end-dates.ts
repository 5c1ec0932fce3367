import { auditedChanges } from "../audit/audited-change.ts";
import { lockOrganization } from "../audit/queries.ts";
import type { Deps } from "../deps.ts";
import { endDateMail, lastAdminMail, leavingMail } from "../mail/messages.ts";
import { timestamp } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";
import { changeUser } from "./changes.ts";
import {
  type Due,
  isDue,
  listActiveAdmins,
  listDue,
  listUnannouncedOrganizations,
  takeUnannounced,
} from "./end-date-queries.ts";
import { findTimeZone, requireUser } from "./queries.ts";
import { fullName } from "./user-page.ts";

// What the server does about end dates, each minute (health/periodic-work.ts). Every request already counts those as
// inactive whose last day is over (active-queries.ts).

type Parts = Pick<Deps, "db" | "mailer" | "config" | "logger">;

const actor = { kind: "system" } as const;
const batchSize = 100;
/** How long before the end the emails go out. Milliseconds. */
const announceMs = 7 * 24 * 60 * 60_000;

/** Deactivates everyone whose last day is over, as an Admin would. A failure is logged, and the next run tries again. */
export async function applyEndDates(deps: Parts): Promise<void> {
  let users: Due[] = [];
  do {
    users = await listDue(deps.db, { after: users.at(-1), limit: batchSize });
    for (const user of users)
      await endAccess(deps, user).catch((error) =>
        deps.logger.error({ err: error, user: user.id }, "a user whose end date is over could not be deactivated"),
      );
  } while (users.length === batchSize);
}

/** The last active Admin stays: the date goes, and the Admin gets an email. */
async function endAccess({ db, mailer, config }: Parts, { id, organizationId }: Due): Promise<void> {
  await auditedChanges(db, { actor, organizationId }, async (trx) => {
    // Another process may have been faster, or an Admin may have changed the date.
    if (!(await isDue(trx, id))) return;
    const user = await requireUser(trx, organizationId, id);
    const change = (fields: Parameters<typeof changeUser>[1]["fields"]) =>
      changeUser({ db: trx, mailer, config }, { actor, user, fields });
    const { deactivateOn } = user;
    if (user.hasLeft || deactivateOn === null) return void (await change({ status: "inactive" }));
    await change({ deactivateOn: null });
    const timeZone = await findTimeZone(trx, organizationId);
    await mailer.enqueue(trx, lastAdminMail(user, { deactivateOn, timeZone, baseUrl: config.baseUrl }));
  });
}

/**
 * Queues the emails about end dates within a week: one to the person, and one to each other Admin about all of them. The
 * user's row says that, in the same transaction; a changed date starts again.
 * @param now milliseconds, which only tests pass
 */
export async function announceEndDates(deps: Omit<Parts, "logger">, now: number = Date.now()): Promise<void> {
  const soon = { now: timestamp(new Date(now)), upTo: timestamp(new Date(now + announceMs)), limit: batchSize };
  for (const organizationId of await listUnannouncedOrganizations(deps.db, soon))
    while ((await announceSome(deps, organizationId, soon)) === batchSize);
}

/** @returns about how many users */
async function announceSome(
  { db, mailer, config }: Omit<Parts, "logger">,
  organizationId: OrganizationId,
  soon: Parameters<typeof takeUnannounced>[2],
): Promise<number> {
  return db.transaction(async (trx) => {
    await lockOrganization(trx, organizationId);
    const users = await takeUnannounced(trx, organizationId, soon);
    const timeZone = await findTimeZone(trx, organizationId);
    const ends = users.flatMap(({ deactivateOn, ...user }) =>
      deactivateOn === null ? [] : [{ ...user, deactivateOn }],
    );
    for (const user of ends)
      await mailer.enqueue(trx, endDateMail(user, { deactivateOn: user.deactivateOn, timeZone }));
    for (const admin of await listActiveAdmins(trx, organizationId)) {
      const leaving = ends.filter(({ id }) => id !== admin.id).map((user) => ({ ...user, name: fullName(user) }));
      if (leaving.length > 0)
        await mailer.enqueue(trx, leavingMail(admin, { leaving, timeZone, baseUrl: config.baseUrl }));
    }
    return users.length;
  });
}
