import type { Knex } from "knex";
import type { Action } from "../audit/actions.ts";
import { type Actor, auditedChange, type By, changedFields, userEntry } from "../audit/audited-change.ts";
import { wasChangedByOthers } from "../audit/queries.ts";
import { type Database, isUniqueViolation } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { passwordChangedMail } from "../mail/messages.ts";
import { deleteResetLinks } from "../passwords/link-queries.ts";
import type { OrganizationId, Status, User } from "../roles/people.ts";
import { type Role, roleNames } from "../roles/roles.ts";
import { endSessions } from "../sessions/changes.ts";
import { ForPeopleOnly, HttpError } from "../web/errors.ts";
import { FormConflict, FormRefused } from "../web/form.ts";
import { countActiveAdmins, findUser, insertUser, isEmailTaken, type NewUser, updateUser } from "./queries.ts";
import { replacePassword } from "./replace-password.ts";
import { whyForPeopleOnly, whyNotChangeRole, whyNotDeactivate } from "./rules.ts";

// Every change to a user, whoever asks for it (page, API, command); of name and address: personal-information-changes.ts.
// Refusals are FormRefused, by field.

/** The version that the change was decided on; undefined where nobody looked at one. */
export type Since = { since?: number | undefined };

export const addressTaken = "Somebody already has this e-mail address. Use another one.";

/** The fault of an address that somebody else has, by field, for a refusal that tells it along with others. @param email none where it is "" */
export async function addressFault(db: Database, email: string, exceptId?: number): Promise<{ email?: string }> {
  return email !== "" && (await isEmailTaken(db, email, exceptId)) ? { email: addressTaken } : {};
}

const actorId = (actor: Actor): number | undefined => (actor.kind === "user" ? actor.id : undefined);

export const isKey = (actor: Actor): boolean => actor.kind === "user" && actor.keyId !== undefined;

/** @throws ForPeopleOnly where the actor is an API key */
export function refuseKey(actor: Actor, ...asked: Parameters<typeof whyForPeopleOnly>): void {
  const reason = isKey(actor) ? whyForPeopleOnly(...asked) : undefined;
  if (reason) throw new ForPeopleOnly(reason);
}

/** The user as the transaction sees it. @throws HttpError 404 */
export async function userIn(trx: Knex.Transaction, { organizationId, id }: By["user"]): Promise<User> {
  const user = await findUser(trx, organizationId, id);
  if (!user) throw new HttpError(404);
  return user;
}

/** @throws FormConflict where somebody else changed the same thing since; one's own earlier save is none */
export async function refuseConflict(
  trx: Knex.Transaction,
  {
    user,
    since,
    actor,
    actions,
    theirs,
  }: { user: User; since: number | undefined; actor: Actor; actions: Action[]; theirs: Record<string, string> },
): Promise<void> {
  if (since === undefined || since >= user.version) return;
  const others = await wasChangedByOthers(trx, { subjectId: user.id, actorId: actorId(actor) ?? 0, actions, since });
  if (others) throw new FormConflict({ theirs, version: user.version });
}

export async function orAddressTaken<T>(write: Promise<T>): Promise<T> {
  return write.catch((error: unknown) => {
    throw isUniqueViolation(error) ? new FormRefused({ email: addressTaken }) : error;
  });
}

export type NewPerson = Omit<NewUser, "passwordHash"> & { password: string };

/** @returns the new user's id */
export async function createUser(
  { db, hashing }: Pick<Deps, "db" | "hashing">,
  { actor, organizationId, person }: { actor: Actor; organizationId: OrganizationId; person: NewPerson },
): Promise<number> {
  const { password, ...rest } = person;
  refuseKey(actor, { role: person.role });
  if (await isEmailTaken(db, person.email)) throw new FormRefused({ email: addressTaken });
  const passwordHash = await hashing.hash(password);
  const { subjectId } = await auditedChange(db, { actor, organizationId, action: "user.created" }, (trx) =>
    insertNewUser(trx, organizationId, { ...rest, passwordHash }),
  );
  return subjectId;
}

/** The part of creating a user that belongs into a transaction: reports what history says of it. */
export async function insertNewUser(trx: Knex.Transaction, organizationId: OrganizationId, user: NewUser) {
  if (await isEmailTaken(trx, user.email)) throw new FormRefused({ email: addressTaken });
  const subjectId = await orAddressTaken(insertUser(trx, organizationId, user));
  const { firstName, lastName, email, role } = user;
  const changes = changedFields<Record<string, string | null>>({}, { firstName, lastName, email, role });
  return { subjectId, ...(changes && { changes }) };
}

export async function changeRole(
  { db }: Pick<Deps, "db">,
  { actor, user: subject, since, role }: By & Since & { role: Role },
): Promise<void> {
  const entry = userEntry("role.updated", { actor, user: subject });
  await auditedChange(db, entry, async (trx) => {
    const user = await userIn(trx, subject);
    refuseKey(actor, { role }, user);
    await refuseConflict(trx, { user, since, actor, actions: [entry.action], theirs: { role: roleNames[user.role] } });
    const activeAdmins = await countActiveAdmins(trx, user.organizationId);
    const reason = whyNotChangeRole({ user, to: role, actorId: actorId(actor), activeAdmins });
    if (reason) throw new FormRefused({ role: reason });
    const changes = changedFields({ role: user.role }, { role });
    if (!changes) return undefined;
    await updateUser(trx, user.organizationId, user.id, { role });
    return { changes };
  });
}

/**
 * Deactivating ends sessions and reset links at once; keys stop by their owner's status, and come back with it.
 * @returns false where the user had that status already
 */
export async function changeStatus(
  { db }: Pick<Deps, "db">,
  { actor, user: subject, status }: By & { status: Status },
): Promise<boolean> {
  const entry = userEntry("status.updated", { actor, user: subject });
  const report = await auditedChange(db, entry, async (trx) => {
    const user = await userIn(trx, subject);
    refuseKey(actor, { status }, user);
    const activeAdmins = await countActiveAdmins(trx, user.organizationId);
    const reason =
      status === "inactive" ? whyNotDeactivate({ user, actorId: actorId(actor), activeAdmins }) : undefined;
    if (reason) throw new FormRefused({ form: reason });
    const changes = changedFields({ status: user.status }, { status });
    if (!changes) return undefined;
    await updateUser(trx, user.organizationId, user.id, { status });
    if (status === "inactive") {
      await endSessions({ db: trx }, { actor, user, why: "deactivation" });
      await deleteResetLinks(trx, user.id);
    }
    return { changes };
  });
  return report !== undefined;
}

const passwordActions: Action[] = ["password.updated", "password.chosen", "password.reset"];

/** Ends all of the user's sessions (an Admin's own present one goes on) and tells the user by mail. */
export async function setPassword(
  { db, hashing, mailer, config }: Pick<Deps, "db" | "hashing" | "mailer" | "config">,
  {
    actor,
    user: subject,
    since,
    password,
    mustChange,
    exceptSession,
  }: By & Since & { password: string; mustChange: boolean; exceptSession?: string | undefined },
): Promise<void> {
  const hash = await hashing.hash(password);
  const entry = userEntry("password.updated", { actor, user: subject });
  await auditedChange(db, entry, async (trx) => {
    const user = await userIn(trx, subject);
    refuseKey(actor, { password }, user);
    const theirs = { password: "another password, which nobody is shown" };
    await refuseConflict(trx, { user, since, actor, actions: passwordActions, theirs });
    await replacePassword(trx, { actor, user }, { hash, mustChange, exceptSession });
    const byAdmin = actorId(actor) !== user.id;
    await mailer.post(trx, passwordChangedMail(user, { baseUrl: config.baseUrl, byAdmin }));
    return {};
  });
}
