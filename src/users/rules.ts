import { dayIn, timestamp } from "../platform/time.ts";
import type { Status } from "../roles/people.ts";
import { type Role, roles } from "../roles/roles.ts";
import { words } from "../words/words.ts";

// Pure decisions: what can be done to a user, and the message if not. They run inside the transaction that writes, with
// data read there.

/** Whether a role gets the rules for Admins, whose accounts can open others. */
export const isAdmin: Record<Role, boolean> = { admin: true, manager: false, member: false };

type Person = { id: number; role: Role; status: Status; invitedUntil: string | null };

/** How far ahead an end date can be, in years. */
const maxEndDateYears = 10;

/** Whether someone was invited and has not chosen a password yet. They are active, or inactive, like everyone else. */
export const isInvited = ({ invitedUntil }: Pick<Person, "invitedUntil">): boolean => invitedUntil !== null;

/** Whether a link of theirs still works. */
export const isInvitationOpen = ({ invitedUntil }: Pick<Person, "invitedUntil">, now = timestamp()): boolean =>
  invitedUntil !== null && invitedUntil > now;

/** Whether an organization could rely on this Admin alone: the others cannot log in. */
export const isActiveAdmin = (user: Omit<Person, "id">): boolean =>
  isAdmin[user.role] && user.status === "active" && !isInvited(user);
type Erased = { erasedAt: string | null };

/** Nothing of an erased user changes any more. @returns why not, or undefined */
export const changeError = ({ erasedAt }: Erased): string | undefined =>
  erasedAt === null ? undefined : words().users.erased;

/** Whether a user's personal data can be erased. @returns why not, or undefined */
export const erasureError = (user: Pick<Person, "status"> & Erased): string | undefined =>
  changeError(user) ?? (user.status === "active" ? words().erase.activeFirst : undefined);

/** An organization keeps its last active Admin, so that nobody can lock out everyone (CVE-2025-3580). */
const lastAdmin = (): string => words().users.lastAdmin;

/** What a key can ask for; `user` is undefined for a new user. */
type AskedByKey = { role?: unknown; email?: unknown; status?: unknown; password?: unknown; invitation?: unknown };

/**
 * No API key can do what "Confirm it's you" protects on the pages: it would open accounts that the key does not.
 * @returns why only a person can, in English because only the API says it, or undefined
 */
export function peopleOnlyReason(asked: AskedByKey, user?: Person & { email: string }): string | undefined {
  if (user && asked.password !== undefined) return "Only a person can set someone’s password, on the pages.";
  if (!user || !isAdmin[user.role]) {
    return roles.some((role) => role === asked.role && isAdmin[role])
      ? "Only a person can make someone an Admin, on the pages."
      : undefined;
  }
  if (asked.email !== undefined && asked.email !== user.email)
    return "Only a person can change an Admin’s email address, on the pages.";
  if (asked.invitation !== undefined) return "Only a person can invite an Admin again, on the pages.";
  if (asked.status === "active" && user.status === "inactive")
    return "Only a person can activate an Admin, on the pages.";
  return undefined;
}

/** @returns why not, or undefined */
export function roleChangeError(facts: {
  user: Person;
  to: Role;
  actorId: number | undefined;
  activeAdmins: number;
}): string | undefined {
  const { user, to, actorId, activeAdmins } = facts;
  if (!isAdmin[user.role] || isAdmin[to]) return undefined;
  if (isActiveAdmin(user) && activeAdmins <= 1) return lastAdmin();
  if (user.id === actorId) return words().role.own;
  return undefined;
}

/** @returns why not, or undefined */
export function deactivationError(facts: {
  user: Person;
  actorId: number | undefined;
  activeAdmins: number;
}): string | undefined {
  const { user, actorId, activeAdmins } = facts;
  if (user.status === "inactive") return undefined;
  if (isActiveAdmin(user) && activeAdmins <= 1) return lastAdmin();
  if (user.id === actorId) return words().status.own;
  return undefined;
}

/**
 * @param facts `user` is undefined for a new user; `to` is the new last day, or null for none
 * @returns why not, or undefined
 */
export function endDateError(facts: {
  user?: Pick<Person, "id" | "status"> | undefined;
  to: string | null;
  actorId: number | undefined;
  timeZone: string;
}): string | undefined {
  const { user, to, actorId, timeZone } = facts;
  const said = words().endDate;
  if (user && user.id === actorId) return said.own;
  if (to === null) return undefined;
  if (user?.status === "inactive") return said.inactive;
  if (to < dayIn(timeZone)) return said.past;
  return to > dayIn(timeZone, { years: maxEndDateYears }) ? said.tooLate(maxEndDateYears) : undefined;
}
