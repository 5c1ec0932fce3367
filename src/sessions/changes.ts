import { type Actor, auditedChange } from "../audit/audited-change.ts";
import { countSessions, deleteSessions } from "../auth/queries.ts";
import type { Deps } from "../deps.ts";
import type { User } from "../users/queries.ts";
import { HttpError } from "../web/errors.ts";
import { deleteNamedSession } from "./queries.ts";

// Ending sessions; history says how many were open before and after.

type By = { actor: Actor; user: User };

const entryOf = ({ actor, user }: By) =>
  ({ actor, organizationId: user.organizationId, subjectId: user.id, action: "session.ended" }) as const;

const counted = (before: number, after: number) => ({
  changes: { sessions: { before: String(before), after: String(after) } },
});

/** @throws HttpError 404 where the user has no such session */
export async function endSession({ db }: Pick<Deps, "db">, { name, ...by }: By & { name: string }): Promise<void> {
  await auditedChange(db, entryOf(by), async (trx) => {
    if (!(await deleteNamedSession(trx, { userId: by.user.id, name }))) throw new HttpError(404);
    const left = await countSessions(trx, by.user.id);
    return counted(left + 1, left);
  });
}

/** @param except the id of the session that goes on */
export async function endSessions(
  { db }: Pick<Deps, "db">,
  { except, ...by }: By & { except?: string },
): Promise<void> {
  await auditedChange(db, entryOf(by), async (trx) => {
    const ended = await deleteSessions(trx, by.user.id, except);
    if (ended === 0) return undefined;
    const left = await countSessions(trx, by.user.id);
    return counted(left + ended, left);
  });
}
