import type { Role } from "../roles/roles.ts";
import { isDemanded, type SecondFactorRule } from "../roles/second-factor-rule.ts";

/** @returns why not, or undefined */
export function whyNotTurnOff(demand: SecondFactorRule, role: Role): string | undefined {
  if (!isDemanded(demand, role)) return undefined;
  const whom = demand === "everyone" ? "everyone" : "its Admins";
  return `Your organization demands a second factor of ${whom}. For another phone, ask an Admin to remove yours, then set it up anew.`;
}
