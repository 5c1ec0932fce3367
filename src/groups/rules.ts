import { invitationError } from "../invitations/rules.ts";
import type { User } from "../roles/people.ts";
import type { UserFields } from "../users/fields.ts";
import { fieldsOf, type GroupAct } from "../users/group-acts.ts";
import { changeError, deactivationError, isActiveAdmin, roleChangeError } from "../users/rules.ts";

/** Why nothing is done to someone; "changed", "too-many" and "stopped" only while it is done. */
export type Reason =
  | "own"
  | "last-admin"
  | "already"
  | "erased"
  | "inactive"
  | "no-sessions"
  | "changed"
  | "no-longer"
  | "too-many"
  | "stopped";

/** A line of a group action: who, as they were, and why nothing is done to them. */
export type PlannedLine = { userId: number; version: number; reason: Reason | undefined; undoes?: number };

/** Which row of history is undone for someone, and the values before it; undefined if they no longer stand. */
export type Undo = { id: number; fields: Partial<UserFields> | undefined };

type Facts = { act: GroupAct; actorId: number; activeAdmins: number; loggedIn: Set<number> };

/** Plans user after user, and never the last active Admin's role or status away. */
export function groupPlanner(facts: Facts): (user: User, undo?: Undo) => PlannedLine {
  let { activeAdmins } = facts;
  return (user, undo) => {
    const fields = undo ? undo.fields : fieldsOf(facts.act);
    const reason = reasonOf(user, { ...facts, activeAdmins, fields });
    const { role = user.role, status = user.status } = fields ?? {};
    if (!reason && isActiveAdmin(user) && !isActiveAdmin({ ...user, role, status })) activeAdmins -= 1;
    return { userId: user.id, version: user.version, reason, ...(undo && { undoes: undo.id }) };
  };
}

type OfOne = Facts & { fields: Partial<UserFields> | undefined };

function reasonOf(user: User, { act, actorId, activeAdmins, loggedIn, fields }: OfOne): Reason | undefined {
  if (changeError(user)) return "erased";
  if (act === "resend-invitation") {
    const error = invitationError(user);
    return error && (error === "inactive" ? "inactive" : "already");
  }
  const isOwn = user.id === actorId;
  if (act === "undo" && !fields) return "no-longer";
  if (!fields) return isOwn ? "own" : loggedIn.has(user.id) ? undefined : "no-sessions";
  const { role: to = user.role, status = user.status } = fields;
  if (to === user.role && status === user.status) return "already";
  const error =
    status === "inactive" && user.status === "active"
      ? deactivationError({ user, actorId, activeAdmins })
      : roleChangeError({ user, to, actorId, activeAdmins });
  return error === undefined ? undefined : isOwn ? "own" : "last-admin";
}
