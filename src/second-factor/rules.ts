import type { Role } from "../roles/roles.ts";
import { isRequired, type SecondFactorRule } from "../roles/second-factor-rule.ts";

/** @returns why not, or undefined */
export function turnOffError(rule: SecondFactorRule, role: Role): string | undefined {
  if (!isRequired(rule, role)) return undefined;
  const whom = rule === "everyone" ? "everyone" : "its Admins";
  return `Your organization demands a second factor of ${whom}. For another phone, ask an Admin to remove yours, then set it up anew.`;
}
