import { type Role, roles } from "../roles/roles.ts";
import type { UserFields } from "./fields.ts";

/** What an Admin can do to many users together (groups/), in the order of the select. */
export const groupActs = [
  "deactivate",
  "activate",
  "role-admin",
  "role-manager",
  "role-member",
  "resend-invitation",
  "log-out",
] as const;
/** Undoing gives each user back what an earlier group action changed. */
export type GroupAct = (typeof groupActs)[number] | "undo";

/** The role that the act gives. */
export const roleOf = (act: GroupAct): Role | undefined => roles.find((role) => act === `role-${role}`);

/** What the act makes of a user; undefined if it changes no field, or for each user another one. */
export function fieldsOf(act: GroupAct): Partial<UserFields> | undefined {
  const role = roleOf(act);
  if (role) return { role };
  if (act === "deactivate") return { status: "inactive" };
  return act === "activate" ? { status: "active" } : undefined;
}
