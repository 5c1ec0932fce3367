import { statuses } from "../roles/people.ts";
import type { Role } from "../roles/roles.ts";

// The search, filters and order of a list of users.

export const sortKeys = ["name", "email", "role", "status", "lastLogin"] as const;
export type SortKey = (typeof sortKeys)[number];

/** What an Admin reviews, each among the active users. */
export const reviews = ["never-logged-in", "idle-90-days", "no-second-factor"] as const;
export type Review = (typeof reviews)[number];

/** The choices of the status filter: all but the first two are some of the active users. */
export const statusFilters = [...statuses, "invited", "leaving", ...reviews] as const;
export type StatusFilter = (typeof statusFilters)[number];

export type UserFilter = { search: string; role?: Role | undefined; status?: StatusFilter | undefined };
export type UserOrder = { key: SortKey; descending: boolean };

/** Where a page starts: after (or, going back, before) the user with these sort values. */
export type Cursor = { values: string[]; id: number; backward: boolean };

/** The columns of each order; the ID comes last, so that the order of two users is always defined. */
export const sortColumns: Record<SortKey, string[]> = {
  name: ["name_key"],
  email: ["email"],
  role: ["role", "name_key"],
  status: ["status", "name_key"],
  lastLogin: ["last_login_at"],
};
