import type { Knex } from "knex";
import type { Action } from "../audit/actions.ts";
import {
  type Actor,
  auditedChange,
  auditedChanges,
  type By,
  changedFields,
  type RecordRow,
} from "../audit/audited-change.ts";
import { insertActivity, wasChangedByOthers } from "../audit/queries.ts";
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
  endOf,
  findTimeZone,
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
  endDateError,
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
  const fault = await newEndDateError(trx, organizationId, user.deactivateOn);
  if (fault.deactivateOn) throw new ValidationError(fault);
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

type Parts = { mailer: Mailer; config: { baseUrl: string } };
type Write = Pick<Change, "undoes"> & { actor: Actor; user: User; fields: Partial<UserFields>; record: RecordRow };

const groupsOf = (fields: Partial<UserFields>) =>
  [...fieldsByAction].filter(([, names]) => names.some((name) => name in fields));

/** Deactivates someone whose last day is over, before anything else changes. */
async function storeEnd(trx: Knex.Transaction, parts: Parts, found: User): Promise<User> {
  const user: User = { ...found, status: "active", hasLeft: false };
  const entry = { actor: { kind: "system" } as const, organizationId: user.organizationId, subjectId: user.id };
  const record: RecordRow = (action, report) => insertActivity(trx, { ...entry, action, ...report });
  const change = { ...entry, user, fields: { status: "inactive" } as const, record };
  return (await writeChange(trx, parts, change)).user;
}

async function writeChange(
  trx: Knex.Transaction,
  { mailer, config }: Parts,
  { actor, user, fields, undoes, record }: Write,
): Promise<{ user: User; isChanged: boolean }> {
  const { organizationId, id } = user;
  const after = { ...user, ...fields };
  const rows = groupsOf(fields).flatMap(([action, names]) => {
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
  const columns = { ...columnsOf(user, after), ...(await endDateColumns(trx, user, after)) };
  await rejectTakenEmail(updateUser(trx, organizationId, id, columns));
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
}

/** What activating does to an end date that is over. */
async function withoutPastEndDate(
  trx: Knex.Transaction,
  { organizationId, deactivateOn }: User,
  { status, deactivateOn: day = deactivateOn }: Partial<UserFields>,
): Promise<Partial<UserFields>> {
  if (status !== "active" || !day) return {};
  return (await endOf(trx, organizationId, day)) <= timestamp() ? { deactivateOn: null } : {};
}

/** What goes with another end date: its moment, and that nobody got an email about it. */
async function endDateColumns(
  trx: Knex.Transaction,
  before: User,
  { organizationId, deactivateOn }: User,
): Promise<UserChange> {
  if (deactivateOn === before.deactivateOn) return {};
  const end = deactivateOn && (await endOf(trx, organizationId, deactivateOn));
  return { deactivate_at: end, end_announced: false };
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
