import type { Role } from "./roles.ts";

/** Of whom an organization demands a second factor. */
export const demands = ["optional", "admins", "everyone"] as const;
export type SecondFactorRule = (typeof demands)[number];

export const demandNames: Record<SecondFactorRule, string> = {
  optional: "Optional",
  admins: "Admins must",
  everyone: "Everyone must",
};

export function isDemanded(demand: SecondFactorRule, role: Role): boolean {
  return demand === "everyone" || (demand === "admins" && role === "admin");
}
