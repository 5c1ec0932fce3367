import type { Knex } from "knex";
import { type Actor, auditedChange, auditedChanges, type By, userEntry } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { invitationMail } from "../mail/messages.ts";
import { findOrganization } from "../organization/queries.ts";
import type { Mailer } from "../outbox/mailer.ts";
import { insertOneTimeLink, invitationDays, useOneTimeLink } from "../passwords/link-queries.ts";
import { newToken } from "../platform/secrets.ts";
import { timestampIn } from "../platform/time.ts";
import { ValidationError } from "../roles/errors.ts";
import type { OrganizationId, User } from "../roles/people.ts";
import { countInvitation } from "../throttling/throttle.ts";
import { insertNewUser, rejectApiKey } from "../users/changes.ts";
import { findUser, type NewPerson, requireUser, updateUser } from "../users/queries.ts";
import { replacePassword } from "../users/replace-password.ts";
import { words } from "../words/words.ts";
import { invitationError } from "./rules.ts";

// All changes to invitations: a user without a password, and links to choose one. Several links work at the same time;
// the first that is used ends all of them, and so do a new email address and deactivating (users/changes.ts).

type Inviting = { mailer: Mailer; config: Pick<Deps["config"], "baseUrl"> };

/** How a link reaches the person: in an email, or by someone to whom it is shown once. */
export type Delivery = "mail" | "link";

type Invited = { user: User; link: string | undefined };

const lifetimeMs = invitationDays * 86_400_000;

/**
 * Creates a user without a password. Nothing is hashed, so that ten thousand take seconds.
 * @param db a transaction for many users together
 * @param finish runs last in the transaction
 * @returns the link if it is to be shown, once
 * @throws ValidationError if the address is taken, ForPeopleOnly
 */
export async function inviteUser(
  { db, ...deps }: Inviting & { db: Database },
  {
    actor,
    organizationId,
    person,
    delivery,
    finish,
  }: {
    actor: Actor;
    organizationId: OrganizationId;
    person: NewPerson;
    delivery: Delivery;
    finish?: ((trx: Knex.Transaction, invited: Invited) => Promise<void>) | undefined;
  },
): Promise<Invited> {
  rejectApiKey(actor, { role: person.role });
  return auditedChanges(db, { actor, organizationId }, async (trx, record) => {
    const created = await insertNewUser(trx, organizationId, { ...person, invitedUntil: timestampIn(lifetimeMs) });
    await record("user.created", created);
    await record("user.invited", { subjectId: created.subjectId });
    const user = await requireUser(trx, organizationId, created.subjectId);
    const invited = { user, link: await makeLink(trx, deps, { actor, user, delivery }) };
    await finish?.(trx, invited);
    return invited;
  });
}

/**
 * Emails one more link to someone who was invited; earlier ones still work.
 * @param db a transaction for many users together
 * @throws ValidationError if the user is inactive or has a password; TooManyAttempts, ForPeopleOnly
 */
export async function resendInvitation(deps: Inviting & { db: Database }, by: By): Promise<void> {
  await renew(deps, by, "mail");
}

/** The same with a link to be shown once. */
export async function showInvitationLink(deps: Inviting & { db: Database }, by: By): Promise<string> {
  return (await renew(deps, by, "link")) ?? "";
}

/**
 * Saves the password that someone chose with a link, and ends all their links.
 * @param accepting `remember` also makes the browser known
 * @returns false if another request or an Admin was faster
 */
export async function acceptInvitation(
  db: Database,
  { actor, user, token, passwordHash, remember }: By & { user: User } & Accepting,
): Promise<boolean> {
  const entry = userEntry("invitation.accepted", { actor, user });
  const report = await auditedChange(db, entry, async (trx) => {
    const link = await useOneTimeLink(trx, token);
    if (!link) return undefined;
    await replacePassword(trx, { actor, user }, { hash: passwordHash, mustChange: false, provesEmail: link.isMailed });
    await remember(trx);
    return {};
  });
  return report !== undefined;
}

type Accepting = { token: string; passwordHash: string; remember: (trx: Knex.Transaction) => Promise<void> };

async function renew(
  { db, ...deps }: Inviting & { db: Database },
  { actor, user: subject }: By,
  delivery: Delivery,
): Promise<string | undefined> {
  const action = delivery === "mail" ? "invitation.resent" : "invitation.shown";
  const made = await auditedChange(db, userEntry(action, { actor, user: subject }), async (trx) => {
    const user = await requireUser(trx, subject.organizationId, subject.id);
    rejectApiKey(actor, { invitation: delivery }, user);
    const error = invitationError(user);
    if (error) throw new ValidationError(words().invitations[error]);
    // "Forgot password?" has a limit of its own (isResetMailAllowed).
    if (actor.kind === "user") await countInvitation(trx, user.id);
    await updateUser(trx, user.organizationId, user.id, { invited_until: timestampIn(lifetimeMs) });
    return { changes: {}, link: await makeLink(trx, deps, { actor, user, delivery }) };
  });
  return made.link;
}

/** @returns the link if it is to be shown */
async function makeLink(
  trx: Knex.Transaction,
  { mailer, config: { baseUrl } }: Inviting,
  { actor, user, delivery }: { actor: Actor; user: User; delivery: Delivery },
): Promise<string | undefined> {
  const token = newToken();
  const isMailed = delivery === "mail";
  await insertOneTimeLink(trx, { token, purpose: "invitation", userId: user.id, isMailed, lifetimeMs });
  const link = `${baseUrl}/invitation/${token}`;
  if (delivery === "link") return link;
  const inviter = actor.kind === "user" ? await findUser(trx, user.organizationId, actor.id) : undefined;
  const invitation = {
    link,
    days: invitationDays,
    inviter: inviter && `${inviter.firstName} ${inviter.lastName}`,
    organization: (await findOrganization(trx, user.organizationId))?.name ?? "",
    baseUrl,
  };
  await mailer.enqueue(trx, invitationMail(user, invitation));
  return undefined;
}
