import type { Knex } from "knex";
import type { Action } from "../audit/actions.ts";
import { type Actor, auditedChange, auditedChanges, type By, changedFields } from "../audit/audited-change.ts";
import { wasChangedByOthers } from "../audit/queries.ts";
import { type Database, isUniqueViolation } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { confirmedEmailOf, emailChangedMails } from "../mail/messages.ts";
import type { Mailer } from "../outbox/mailer.ts";
import { deleteUserLinks } from "../passwords/link-queries.ts";
import { timestamp } from "../platform/time.ts";
import { Conflict, type FieldErrors, ForPeopleOnly, ValidationError } from "../roles/errors.ts";
import type { OrganizationId, User } from "../roles/people.ts";
import { endSessionsWithin } from "../sessions/changes.ts";
import { moveAccountAttempts } from "../throttling/throttle.ts";
import { words } from "../words/words.ts";
import { type UserFields, userFieldNames, userFields, valuesOf } from "./fields.ts";
import {
  countActiveAdmins,
  insertUser,
  isEmailTaken,
  type NewPerson,
  type NewUser,
  requireUser,
  toColumns,
  type UserChange,
  updateUser,
} from "./queries.ts";
import {
  changeError,
  deactivationError,
  isAdmin,
  isInvitationOpen,
  isInvited,
  peopleOnlyReason,
  roleChangeError,
} from "./rules.ts";
import { nameKey, searchText } from "./search-text.ts";

// All changes to a user's fields, from pages, API and commands; access-changes.ts has those that let a user back in.

/** The version that the change is based on; undefined if nobody read one. */
export type Since = { since?: number | undefined };

const emailTaken = (): string => words().fields.email.taken;

/** The error for an address that is in use, by field, to be reported together with others. @param email "" for none */
export async function emailError(db: Database, email: string, exceptId?: number): Promise<{ email?: string }> {
  return email !== "" && (await isEmailTaken(db, email, exceptId)) ? { email: emailTaken() } : {};
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
  const { email = user.email, role: to = user.role, status = user.status } = fields;
  const isAsked = isAdmin[user.role] && (to !== user.role || status !== user.status);
  const facts = { user, actorId, activeAdmins: isAsked ? await countActiveAdmins(db, user.organizationId) : 0 };
  const role = roleChangeError({ ...facts, to });
  const form = status === "inactive" ? deactivationError(facts) : undefined;
  const address = email === user.email ? {} : await emailError(db, email, user.id);
  return { ...address, ...(role && { role }), ...(form && { form }) };
}

export const actorIdOf = (actor: Actor): number | undefined => (actor.kind === "user" ? actor.id : undefined);

const isKey = (actor: Actor): boolean => actor.kind === "user" && actor.keyId !== undefined;

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

async function rejectTakenEmail<T>(write: Promise<T>): Promise<T> {
  return write.catch((error: unknown) => {
    throw isUniqueViolation(error) ? new ValidationError({ email: emailTaken() }) : error;
  });
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
  const subjectId = await rejectTakenEmail(insertUser(trx, organizationId, user));
  const names = userFieldNames.filter((name) => name in user);
  const changes = changedFields({}, Object.fromEntries(names.map((name) => [name, user[name] ?? null])));
  return { subjectId, ...(changes && { changes }) };
}

/** The fields of each row of history, in the order of the rows. */
const fieldsByAction = Map.groupBy(userFieldNames, (name) => userFields[name].action);

type Change = By &
  Since & {
    undoes?: number;
    fields: Partial<UserFields> /** The version that it must still be. */;
    version?: number | undefined;
  };

/**
 * The only way to change a user's fields. It saves everything or nothing, and history gets a row for each kind of
 * field. A new email address ends open reset links, and both the old and the new one get an email; one that a key sets
 * is unconfirmed: email goes to the last confirmed one until `confirmEmail`. Deactivating ends sessions and reset
 * links, and pauses keys, which work again once the user is active. Both end open invitation links.
 * @returns the user as saved
 * @throws NotFound, Conflict, ForPeopleOnly or ValidationError
 */
export async function changeUser(
  { db, mailer, config }: { db: Database; mailer: Mailer; config: { baseUrl: string } },
  { actor, user: { organizationId, id }, since, version, undoes, fields }: Change,
): Promise<{ user: User; isChanged: boolean }> {
  return auditedChanges(db, { actor, organizationId, subjectId: id }, async (trx, record) => {
    const user = await requireUser(trx, organizationId, id);
    if (version !== undefined && version !== user.version) throw new Conflict({ theirs: {}, version: user.version });
    rejectApiKey(actor, fields, user);
    const asked = [...fieldsByAction].filter(([, names]) => names.some((name) => name in fields));
    const theirs = { ...valuesOf(userFields, user), role: words().roles[user.role] };
    await rejectConflict(trx, { user, since, actor, actions: asked.map(([action]) => action), theirs });
    const faults = await findUserErrors(trx, { user, fields, actorId: actorIdOf(actor) });
    if (Object.keys(faults).length > 0) throw new ValidationError(faults);

    const after = { ...user, ...fields };
    const rows = asked.flatMap(([action, names]) => {
      const of = (from: User) => Object.fromEntries(names.map((name) => [name, from[name]]));
      const changes = changedFields(of(user), of(after));
      return changes ? [{ action, changes }] : [];
    });
    if (rows.length === 0) return { user, isChanged: false };
    const isMoved = after.email !== user.email;
    const confirmed = confirmedEmailOf(user);
    if (isMoved) after.confirmedEmail = isKey(actor) && after.email !== confirmed ? confirmed : null;
    const isLeaving = user.status === "active" && after.status === "inactive";
    const isWithdrawn = (isMoved || isLeaving) && isInvitationOpen(user);
    if (isWithdrawn) after.invitedUntil = timestamp();
    await rejectTakenEmail(updateUser(trx, organizationId, id, columnsOf(user, after)));
    after.version += 1;
    if (isMoved) {
      await moveAccountAttempts(trx, { from: user.email, to: after.email });
      // Someone who was invited has no log-in yet that this could be about.
      const mails = isInvited(user) ? [] : emailChangedMails(user, after, config.baseUrl);
      for (const mail of mails) await mailer.enqueue(trx, mail);
    }
    if (isLeaving) await endSessionsWithin(trx, { actor, user, why: "deactivation" });
    if (isMoved || isLeaving) await deleteUserLinks(trx, id);
    for (const { action, changes } of rows) await record(action, { changes, ...(undoes && { undoes }) });
    if (isWithdrawn) await record("invitation.withdrawn", {});
    return { user: after, isChanged: true };
  });
}

/** The columns to write when `before` becomes `after`. */
function columnsOf(before: User, after: User): UserChange {
  const names = userFieldNames.filter((name) => before[name] !== after[name]);
  return {
    ...toColumns(Object.fromEntries(names.map((name) => [name, after[name]]))),
    ...(before.invitedUntil !== after.invitedUntil && { invited_until: after.invitedUntil }),
    ...(before.confirmedEmail !== after.confirmedEmail && { confirmed_email: after.confirmedEmail }),
    ...(searchText(before) !== searchText(after) && { search_text: searchText(after) }),
    ...(nameKey(before) !== nameKey(after) && { name_key: nameKey(after) }),
  };
}
