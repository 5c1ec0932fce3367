import type { Plan, Status } from "../roles/people.ts";

type Owner = { status: Status; mustChangePassword: boolean };

/** When paused keys will work, as in "once …"; undefined if they work now (api/authenticate.ts). */
export function activationCondition({ status, mustChangePassword }: Owner, plan: Plan): string | undefined {
  const conditions = [
    plan !== "pro" && "the organization is on Pro",
    status !== "active" && "their owner is active",
    mustChangePassword && "their owner has chosen the new password that was asked for",
  ].filter((condition) => condition !== false);
  return conditions.length === 0 ? undefined : `once ${conditions.join(" and ")}`;
}

/** The most a key can do; its owner's role may allow less. */
export const scopes = ["read", "write"] as const;
export type Scope = (typeof scopes)[number];

export const scopeNames: Record<Scope, string> = { read: "Read", write: "Read and write" };

/** How long a key can be valid: days, by the form's value; null means forever. */
export const lifetimes: Record<string, number | null> = { 7: 7, 30: 30, 60: 60, 90: 90, 365: 365, never: null };
export const defaultLifetime = "90";

/** When a key with this many days expires, as in "in 90 days". */
export function lifetimeName(days: number | null): string {
  if (days === null) return "never";
  return days === 365 ? "in a year" : `in ${days} days`;
}

/** How long the old key works after it was rotated, in milliseconds. */
export const rotationOverlap = 24 * 60 * 60_000;
