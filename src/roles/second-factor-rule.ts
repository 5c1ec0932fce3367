import type { Role } from "./roles.ts";

/** Of whom an organization demands a second factor. */
export const demands = ["optional", "admins", "everyone"] as const;
export type SecondFactorRule = (typeof demands)[number];

export const demandNames: Record<SecondFactorRule, string> = {
  optional: "Optional",
  admins: "Admins must",
  everyone: "Everyone must",
};

/** Which rules demand one of each role. */
const demandedBy: Record<Role, readonly SecondFactorRule[]> = {
  admin: ["admins", "everyone"],
  manager: ["everyone"],
  member: ["everyone"],
};

export function isDemanded(demand: SecondFactorRule, role: Role): boolean {
  return demandedBy[role].includes(demand);
}
