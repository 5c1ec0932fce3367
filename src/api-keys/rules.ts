import type { Status } from "../roles/people.ts";
import type { Words } from "../words/words.ts";

type Owner = { status: Status; mustChangePassword: boolean };

/** What the user's keys need to work, in addition to Pro; undefined if nothing (api/authenticate.ts). */
export function reasonForPause({ status, mustChangePassword }: Owner): keyof Words["apiKeys"]["paused"] | undefined {
  if (status === "active") return mustChangePassword ? "newPassword" : undefined;
  return mustChangePassword ? "activeAndNewPassword" : "active";
}

/** The most a key can do; its owner's role may allow less. */
export const scopes = ["read", "write"] as const;
export type Scope = (typeof scopes)[number];

/** How long a key can be valid: days, by the form's value; null means forever. */
export const lifetimes: Record<string, number | null> = { 7: 7, 30: 30, 60: 60, 90: 90, 365: 365, never: null };
export const defaultLifetime = "90";

/** What the API keys page can show of the keys that work. */
export const keyFilters = ["never-used", "unused-90-days", "expires-7-days", "owner-inactive"] as const;
export type KeyFilter = (typeof keyFilters)[number];

const dayMs = 24 * 60 * 60_000;
/** Without a use for this many milliseconds, counted from the creation if there was none, a key counts as unused. */
export const unusedMs = 90 * dayMs;
/** How long before its expiry the owner is reminded, and pages show a banner. Milliseconds. */
export const reminderMs = 7 * dayMs;
/** A key made for fewer days gets only the reminder on the day. */
export const minReminderLifetimeDays = 8;

/** How long the old key works after it was rotated, in milliseconds. */
export const rotationOverlap = 24 * 60 * 60_000;
