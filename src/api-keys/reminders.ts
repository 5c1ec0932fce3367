import type { Deps } from "../deps.ts";
import { keyExpiresMail } from "../mail/messages.ts";
import { startOfDay, timestamp } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";
import { listDueKeys, listOrganizationsWithKeys, markReminded, type Reminder } from "./reminder-queries.ts";
import { minReminderLifetimeDays, reminderMs } from "./rules.ts";

// Owners get an email a week before a key expires, and one on the day. The key's row says which was queued, in the same
// transaction as the email, so that each is sent once however often Roster restarts and however many processes run.

type Parts = Pick<Deps, "db" | "mailer" | "config">;

const batchSize = 100;

/** The server does it each hour (health/periodic-work.ts). @param now milliseconds, which only tests pass */
export async function sendKeyReminders(deps: Parts, now: number = Date.now()): Promise<void> {
  const at = (milliseconds: number): string => timestamp(new Date(milliseconds));
  for (const { id: organizationId, timeZone } of await listOrganizationsWithKeys(deps.db)) {
    const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate();
    const midnight = at(startOfDay(today, timeZone, 1).getTime() - 1);
    const send = (reminder: Reminder, due: { after: string; upTo: string; minLifetimeDays: number }): Promise<void> =>
      sendAll(deps, { organizationId, timeZone, reminder, ...due });
    await send("day", { after: at(now), upTo: midnight, minLifetimeDays: 0 });
    await send("week", { after: midnight, upTo: at(now + reminderMs), minLifetimeDays: minReminderLifetimeDays });
  }
}

type Due = Parameters<typeof listDueKeys>[1] & { organizationId: OrganizationId; timeZone: string };

async function sendAll({ db, mailer, config }: Parts, { timeZone, ...due }: Due): Promise<void> {
  const { baseUrl } = config;
  const { reminder } = due;
  let keys: Awaited<ReturnType<typeof listDueKeys>>;
  do {
    keys = await listDueKeys(db, due, batchSize);
    for (const { id, name, start, expiresAt, owner } of keys) {
      const expiry = { name, start, at: expiresAt, timeZone, isToday: reminder === "day", baseUrl };
      await db.transaction(async (trx) => {
        if (await markReminded(trx, id, reminder)) await mailer.enqueue(trx, keyExpiresMail(owner, expiry));
      });
    }
  } while (keys.length === batchSize);
}
