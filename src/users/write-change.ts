import type { Knex } from "knex";
import { type Actor, changedFields, type RecordRow } from "../audit/audited-change.ts";
import { insertActivity } from "../audit/queries.ts";
import { isUniqueViolation } from "../database/database.ts";
import { confirmedEmailOf, emailChangedMails } from "../mail/messages.ts";
import type { Mailer } from "../outbox/mailer.ts";
import { deleteUserLinks } from "../passwords/link-queries.ts";
import { timestamp } from "../platform/time.ts";
import { ValidationError } from "../roles/errors.ts";
import type { User } from "../roles/people.ts";
import { endAccessTo } from "../sessions/application-access.ts";
import { endSessionsWithin } from "../sessions/changes.ts";
import { moveAccountAttempts } from "../throttling/throttle.ts";
import { words } from "../words/words.ts";
import { type UserFields, userFieldNames, userFields } from "./fields.ts";
import { endOf, toColumns, type UserChange, updateUser } from "./queries.ts";
import { isInvitationOpen, isInvited } from "./rules.ts";
import { nameKey, searchText } from "./search-text.ts";

// The part of changeUser (changes.ts) that writes, once everything is checked.

export const emailTaken = (): string => words().fields.email.taken;

export const isKey = (actor: Actor): boolean => actor.kind === "user" && actor.keyId !== undefined;

export async function rejectTakenEmail<T>(write: Promise<T>): Promise<T> {
  return write.catch((error: unknown) => {
    throw isUniqueViolation(error) ? new ValidationError({ email: emailTaken() }) : error;
  });
}

/** The fields of each row of history, in the order of the rows. */
const fieldsByAction = Map.groupBy(userFieldNames, (name) => userFields[name].action);

type Parts = { mailer: Mailer; config: { baseUrl: string } };
type Write = {
  actor: Actor;
  user: User;
  fields: Partial<UserFields>;
  /** The row of history that this undoes. */
  undoes?: number | undefined;
  record: RecordRow;
};

export const groupsOf = (fields: Partial<UserFields>) =>
  [...fieldsByAction].filter(([, names]) => names.some((name) => name in fields));

/** Deactivates someone whose last day is over, before anything else changes. */
export async function storeEnd(trx: Knex.Transaction, parts: Parts, found: User): Promise<User> {
  const user: User = { ...found, status: "active", hasLeft: false };
  const entry = { actor: { kind: "system" } as const, organizationId: user.organizationId, subjectId: user.id };
  const record: RecordRow = (action, report) => insertActivity(trx, { ...entry, action, ...report });
  const change = { ...entry, user, fields: { status: "inactive" } as const, record };
  return (await writeChange(trx, parts, change)).user;
}

export async function writeChange(
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
  if (after.role !== user.role) await endAccessTo(trx, id, ({ roles }) => !roles.includes(after.role));
  if (isLeaving) await endSessionsWithin(trx, { actor, user, why: "deactivation" });
  if (isMoved || isLeaving) await deleteUserLinks(trx, id);
  for (const { action, changes } of rows) await record(action, { changes, ...(undoes && { undoes }) });
  if (isWithdrawn) await record("invitation.withdrawn", {});
  return { user: after, isChanged: true };
}

/** What activating does to an end date that is over. */
export async function withoutPastEndDate(
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
