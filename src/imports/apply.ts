import type { Knex } from "knex";
import type { Actor } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { inviteUser } from "../invitations/changes.ts";
import type { Mailer } from "../outbox/mailer.ts";
import { AccessDenied, Conflict, NotFound, ValidationError } from "../roles/errors.ts";
import type { OrganizationId } from "../roles/people.ts";
import { changeUser } from "../users/changes.ts";
import { words } from "../words/words.ts";
import type { Outcome } from "./line-queries.ts";
import type { PlannedLine } from "./plan.ts";
import { findUsersByEmails } from "./user-queries.ts";

/** `link`: the invitation of a new user, to be handed out; undefined if it is emailed. */
export type AppliedLine = { outcome: Outcome; reason?: string; link?: string | undefined };

/** What a sealed link is for. */
export const linkContext = (lineId: number): string => `import line ${lineId}`;

/** Whether new users get their invitation by email. */
export const isInvitationMailed = ({ smtpUrl }: Pick<Deps["config"], "smtpUrl">): boolean => smtpUrl !== undefined;

type Order = { actor: Actor; organizationId: OrganizationId; changesUsers: boolean };

/**
 * Does what was planned for a line, in a nested transaction.
 * @throws AccessDenied where the actor may do it no longer
 */
export async function applyLine(
  trx: Knex.Transaction,
  deps: { mailer: Mailer; config: Deps["config"] },
  { actor, organizationId, changesUsers, line }: Order & { line: PlannedLine },
): Promise<AppliedLine> {
  const { imports } = words();
  const { plan, person, user } = line;
  if (!person) throw new Error(`line ${line.line} has nothing to do`);
  try {
    if (plan === "create") {
      const delivery = isInvitationMailed(deps.config) ? "mail" : "link";
      const { link } = await inviteUser({ ...deps, db: trx }, { actor, organizationId, person, delivery });
      return { outcome: "created", link };
    }
    if (!changesUsers || !user) return { outcome: "left-out", reason: imports.notTicked };
    const about = { organizationId, id: user.id };
    await changeUser({ ...deps, db: trx }, { actor, user: about, version: user.version, fields: person });
    return { outcome: "changed" };
  } catch (error) {
    if (error instanceof AccessDenied) throw error;
    if (error instanceof Conflict || error instanceof NotFound)
      return { outcome: "left-out", reason: imports.changedSince };
    if (!(error instanceof ValidationError)) throw error;
    const owners = (await findUsersByEmails(trx, [person.email])).get(person.email) ?? [];
    const isOurs = plan === "create" && owners.some((owner) => owner.organizationId === organizationId);
    return isOurs
      ? { outcome: "left-out", reason: imports.createdSince }
      : { outcome: "failed", reason: error.message };
  }
}
