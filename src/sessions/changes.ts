import type { Knex } from "knex";
import { auditedChange, auditedChanges, type By, type Report, userEntry } from "../audit/audited-change.ts";
import { insertActivity } from "../audit/queries.ts";
import type { Deps } from "../deps.ts";
import { endAccessTo } from "./application-access.ts";
import { countSessions, deleteNamedSession, deleteSessions } from "./queries.ts";
import type { EndReason } from "./rules.ts";

// Ends sessions; history says how many were open before and after, and why if nobody asked for it directly.

type Ending = By & { why?: EndReason };
type EndingAll = Ending & { except?: string | undefined };

/** @returns whether the user had such a session */
export async function endSession(
  { db }: Pick<Deps, "db">,
  { name, why, ...by }: Ending & { name: string },
): Promise<boolean> {
  const report = await auditedChange(db, userEntry("session.ended", by), async (trx) => {
    const isDeleted = await deleteNamedSession(trx, { userId: by.user.id, name });
    return isDeleted ? endReport({ ended: 1, left: await countSessions(trx, [by.user.id]), why }) : undefined;
  });
  return report !== undefined;
}

/** @returns the application's name; undefined if the user is not logged in to it */
export async function endApplicationAccess(
  { db }: Pick<Deps, "db">,
  { applicationId, ...by }: By & { applicationId: number },
): Promise<string | undefined> {
  const report = await auditedChange(db, userEntry("application.access-ended", by), async (trx) => {
    const [name] = await endAccessTo(trx, by.user.id, ({ id }) => id === applicationId);
    return name === undefined ? undefined : { name, changes: { application: { before: name, after: null } } };
  });
  return report?.name;
}

/** @param except the ID of the session that continues; @returns how many ended */
export async function endSessions({ db }: Pick<Deps, "db">, ending: EndingAll): Promise<number> {
  const { actor, user } = ending;
  const entry = { actor, organizationId: user.organizationId, subjectId: user.id };
  return auditedChanges(db, entry, (trx) => endSessionsWithin(trx, ending));
}

/** The same within the transaction of a change that ends them. */
export async function endSessionsWithin(trx: Knex.Transaction, { except, why, ...by }: EndingAll): Promise<number> {
  const ended = await deleteSessions(trx, by.user.id, except);
  if (ended === 0) return 0;
  const report = endReport({ ended, left: await countSessions(trx, [by.user.id]), why });
  await insertActivity(trx, { ...userEntry("session.ended", by), ...report });
  return ended;
}

/** What history says about ended sessions. */
export function endReport({ ended, left, why }: { ended: number; left: number; why?: EndReason | undefined }): Report {
  return {
    changes: {
      sessions: { before: String(left + ended), after: String(left) },
      ...(why && { reason: { before: null, after: why } }),
    },
  };
}
