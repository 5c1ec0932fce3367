import type { Role } from "../roles/roles.ts";

// Pure decisions: what may be done to a user, and in which words it is refused. They are asked inside the transaction
// that writes, with the facts read there.

export const statuses = ["active", "inactive"] as const;
export type Status = (typeof statuses)[number];

type Person = { id: number; role: Role; status: Status };

/** The last active Admin of an organization stays one; nobody locks a whole organization out (CVE-2025-3580). */
const lastAdmin = "This is the only active Admin of the organization. Make somebody else an Admin first.";

/** @returns why not, or undefined */
export function whyNotChangeRole(facts: {
  user: Person;
  to: Role;
  actorId: number | undefined;
  activeAdmins: number;
}): string | undefined {
  const { user, to, actorId, activeAdmins } = facts;
  if (user.role !== "admin" || to === "admin") return undefined;
  if (user.status === "active" && activeAdmins <= 1) return lastAdmin;
  if (user.id === actorId) return "You cannot take the Admin role from yourself. Ask another Admin to do it.";
  return undefined;
}

/** @returns why not, or undefined */
export function whyNotDeactivate(facts: {
  user: Person;
  actorId: number | undefined;
  activeAdmins: number;
}): string | undefined {
  const { user, actorId, activeAdmins } = facts;
  if (user.status === "inactive") return undefined;
  if (user.role === "admin" && activeAdmins <= 1) return lastAdmin;
  if (user.id === actorId) return "You cannot deactivate yourself. Ask another Admin to do it.";
  return undefined;
}
