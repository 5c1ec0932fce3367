import type { Knex } from "knex";
import type { Actor } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { resendInvitation } from "../invitations/changes.ts";
import { Conflict, NotFound, TooManyAttempts, ValidationError } from "../roles/errors.ts";
import type { OrganizationId } from "../roles/people.ts";
import { endSessions } from "../sessions/changes.ts";
import { changeUser } from "../users/changes.ts";
import { fieldsOf, type GroupAct } from "../users/group-acts.ts";
import { requireUser } from "../users/queries.ts";
import { valuesBefore } from "../users/undo-rules.ts";
import { findChanges, type GroupLine, type LineOutcome } from "./line-queries.ts";
import type { Reason } from "./rules.ts";

type Order = { actor: Actor; organizationId: OrganizationId; act: GroupAct; line: GroupLine };

const leftOut = (reason: Reason): LineOutcome => ({ outcome: "left-out", reason });
const done: LineOutcome = { outcome: "done", reason: null };

/** Does to one user what was planned, in a nested transaction, with the functions that do it by hand. */
export async function applyToUser(
  trx: Knex.Transaction,
  deps: Pick<Deps, "mailer" | "config">,
  { actor, organizationId, act, line }: Order,
): Promise<LineOutcome> {
  const { userId: id, version } = line;
  const user = { organizationId, id };
  try {
    const undoes = line.undoes ?? undefined;
    const fields = undoes === undefined ? fieldsOf(act) : await valuesToGiveBack(trx, user, undoes);
    if (fields) {
      const { isChanged } = await changeUser(
        { ...deps, db: trx },
        {
          ...{ actor, user, version, fields },
          ...(undoes !== undefined && { undoes }),
        },
      );
      return isChanged ? done : leftOut("already");
    }
    if ((await requireUser(trx, organizationId, id)).version !== version) return leftOut("changed");
    if (act === "undo") return leftOut("no-longer");
    if (act === "log-out") return (await endSessions({ db: trx }, { actor, user })) > 0 ? done : leftOut("no-sessions");
    await resendInvitation({ ...deps, db: trx }, { actor, user });
    return done;
  } catch (error) {
    if (error instanceof Conflict || error instanceof NotFound) return leftOut("changed");
    if (error instanceof TooManyAttempts) return leftOut("too-many");
    // Who selected themselves was left out before, so the only rule left is about the last active Admin.
    if (error instanceof ValidationError) return leftOut("last-admin");
    throw error;
  }
}

async function valuesToGiveBack(
  trx: Knex.Transaction,
  user: { organizationId: OrganizationId; id: number },
  row: number,
) {
  const changes = await findChanges(trx, row);
  return valuesBefore({ changes }, await requireUser(trx, user.organizationId, user.id));
}
