import type { Role } from "../roles/roles.ts";

/** Of whom an organization demands a second factor. */
export const demands = ["optional", "admins", "everyone"] as const;
export type Demand = (typeof demands)[number];

export const demandNames: Record<Demand, string> = {
  optional: "Optional",
  admins: "Admins must",
  everyone: "Everyone must",
};

export function isDemanded(demand: Demand, role: Role): boolean {
  return demand === "everyone" || (demand === "admins" && role === "admin");
}

/** @returns why not, or undefined */
export function whyNotTurnOff(demand: Demand, role: Role): string | undefined {
  if (!isDemanded(demand, role)) return undefined;
  const whom = demand === "everyone" ? "everyone" : "its Admins";
  return `Your organization demands a second factor of ${whom}. For another phone, ask an Admin to remove yours, then set it up anew.`;
}
