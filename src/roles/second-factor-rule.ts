import type { Role } from "./roles.ts";

/** Who in an organization must have a second factor. */
export const secondFactorRules = ["optional", "admins", "everyone"] as const;
export type SecondFactorRule = (typeof secondFactorRules)[number];

/** Which rules require one of each role. */
const rulesRequiring: Record<Role, readonly SecondFactorRule[]> = {
  admin: ["admins", "everyone"],
  manager: ["everyone"],
  member: ["everyone"],
};

export function isRequired(rule: SecondFactorRule, role: Role): boolean {
  return rulesRequiring[role].includes(rule);
}
