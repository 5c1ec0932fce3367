import type { Knex } from "knex";
import type { Action } from "../audit/actions.ts";
import { type Actor, auditedChange, auditedChanges, type By, changedFields } from "../audit/audited-change.ts";
import { wasChangedByOthers } from "../audit/queries.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import type { Mailer } from "../outbox/mailer.ts";
import { Conflict, type FieldErrors, ForPeopleOnly, ValidationError } from "../roles/errors.ts";
import type { OrganizationId, User } from "../roles/people.ts";
import { words } from "../words/words.ts";
import { type UserFields, userFieldNames, userFields, valuesOf } from "./fields.ts";
import {
  countActiveAdmins,
  findTimeZone,
  insertUser,
  isEmailTaken,
  type NewPerson,
  type NewUser,
  requireUser,
} from "./queries.ts";
import { changeError, deactivationError, endDateError, isAdmin, peopleOnlyReason, roleChangeError } from "./rules.ts";
import {
  emailTaken,
  groupsOf,
  isKey,
  rejectTakenEmail,
  storeEnd,
  withoutPastEndDate,
  writeChange,
} from "./write-change.ts";

// All changes to a user's fields, from pages, API and commands; access-changes.ts has those that let a user back in.

/** The version that the change is based on; undefined if nobody read one. */
export type Since = { since?: number | undefined };

/** The error for an address that is in use, by field, to be reported together with others. @param email "" for none */
export async function emailError(db: Database, email: string, exceptId?: number): Promise<{ email?: string }> {
  return email !== "" && (await isEmailTaken(db, email, exceptId)) ? { email: emailTaken() } : {};
}

/** The error for the last day of a new user, by field. */
export async function newEndDateError(
  db: Database,
  organizationId: OrganizationId,
  deactivateOn: string | null | undefined,
): Promise<{ deactivateOn?: string }> {
  if (!deactivateOn) return {};
  const timeZone = await findTimeZone(db, organizationId);
  const error = endDateError({ to: deactivateOn, actorId: undefined, timeZone });
  return error ? { deactivateOn: error } : {};
}

/**
 * Why the user cannot become this, by field; checked first to report it with other errors, and again in the
 * transaction.
 */
export async function findUserErrors(
  db: Database,
  { user, fields, actorId }: { user: User; fields: Partial<UserFields>; actorId: number | undefined },
): Promise<FieldErrors> {
  const erased = changeError(user);
  if (erased) return { form: erased };
  const { email = user.email, role: to = user.role, status = user.status, deactivateOn = user.deactivateOn } = fields;
  const isAsked = isAdmin[user.role] && (to !== user.role || status !== user.status);
  const facts = { user, actorId, activeAdmins: isAsked ? await countActiveAdmins(db, user.organizationId) : 0 };
  const role = roleChangeError({ ...facts, to });
  const form = status === "inactive" ? deactivationError(facts) : undefined;
  const address = email === user.email ? {} : await emailError(db, email, user.id);
  const day =
    deactivateOn === user.deactivateOn
      ? undefined
      : endDateError({
          user: { id: user.id, status },
          to: deactivateOn,
          actorId,
          timeZone: await findTimeZone(db, user.organizationId),
        });
  return { ...address, ...(role && { role }), ...(form && { form }), ...(day && { deactivateOn: day }) };
}

export const actorIdOf = (actor: Actor): number | undefined => (actor.kind === "user" ? actor.id : undefined);

/** @throws ForPeopleOnly if the actor is an API key */
export function rejectApiKey(actor: Actor, ...asked: Parameters<typeof peopleOnlyReason>): void {
  const reason = isKey(actor) ? peopleOnlyReason(...asked) : undefined;
  if (reason) throw new ForPeopleOnly(reason);
}

/** @throws Conflict if someone else has changed the same fields since; your own earlier save is no conflict */
export async function rejectConflict(
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
  const others = await wasChangedByOthers(trx, { subjectId: user.id, actorId: actorIdOf(actor) ?? 0, actions, since });
  if (others) throw new Conflict({ theirs, version: user.version });
}

export type NewUserInput = NewPerson & { password: string; mustChangePassword: boolean };

/** @returns the new user's ID */
export async function createUser(
  { db, hashing }: Pick<Deps, "db" | "hashing">,
  { actor, organizationId, person }: { actor: Actor; organizationId: OrganizationId; person: NewUserInput },
): Promise<number> {
  const { password, ...rest } = person;
  rejectApiKey(actor, { role: person.role });
  if (await isEmailTaken(db, person.email)) throw new ValidationError({ email: emailTaken() });
  const passwordHash = await hashing.hash(password);
  const { subjectId } = await auditedChange(db, { actor, organizationId, action: "user.created" }, (trx) =>
    insertNewUser(trx, organizationId, { ...rest, passwordHash }),
  );
  return subjectId;
}

/** The part of creating a user that belongs in a transaction: reports what history says about it. */
export async function insertNewUser(trx: Knex.Transaction, organizationId: OrganizationId, user: NewUser) {
  if (await isEmailTaken(trx, user.email)) throw new ValidationError({ email: emailTaken() });
  const fault = await newEndDateError(trx, organizationId, user.deactivateOn);
  if (fault.deactivateOn) throw new ValidationError(fault);
  const subjectId = await rejectTakenEmail(insertUser(trx, organizationId, user));
  const names = userFieldNames.filter((name) => name in user);
  const changes = changedFields({}, Object.fromEntries(names.map((name) => [name, user[name] ?? null])));
  return { subjectId, ...(changes && { changes }) };
}

type Change = By &
  Since & {
    undoes?: number;
    fields: Partial<UserFields>;
    /** The version that it must still be. */
    version?: number | undefined;
  };

/**
 * The only way to change a user's fields. It saves everything or nothing, and history gets a row for each kind of
 * field. A new email address ends open reset links, and both the old and the new one get an email; one that a key sets
 * is unconfirmed: email goes to the last confirmed one until `confirmEmail`. Deactivating ends sessions and reset
 * links, and pauses keys, which work again once the user is active. Both end open invitation links. Activating removes an
 * end date that is over; someone whose last day is over is deactivated first.
 * @returns the user as saved
 * @throws NotFound, Conflict, ForPeopleOnly or ValidationError
 */
export async function changeUser(
  { db, mailer, config }: { db: Database; mailer: Mailer; config: { baseUrl: string } },
  { actor, user: { organizationId, id }, since, version, undoes, fields: wanted }: Change,
): Promise<{ user: User; isChanged: boolean }> {
  return auditedChanges(db, { actor, organizationId, subjectId: id }, async (trx, record) => {
    const found = await requireUser(trx, organizationId, id);
    if (version !== undefined && version !== found.version) throw new Conflict({ theirs: {}, version: found.version });
    const user = found.hasLeft ? await storeEnd(trx, { mailer, config }, found) : found;
    const fields = { ...wanted, ...(await withoutPastEndDate(trx, user, wanted)) };
    rejectApiKey(actor, fields, user);
    const theirs = { ...valuesOf(userFields, user), role: words().roles[user.role] };
    const actions = groupsOf(fields).map(([action]) => action);
    await rejectConflict(trx, { user, since, actor, actions, theirs });
    const faults = await findUserErrors(trx, { user, fields, actorId: actorIdOf(actor) });
    if (Object.keys(faults).length > 0) throw new ValidationError(faults);
    return writeChange(trx, { mailer, config }, { actor, user, fields, undoes, record });
  });
}
